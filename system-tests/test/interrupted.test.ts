import { access, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCommandLine, type CommandLine, type Finished, type Started } from '../src/command-line.ts'
import { interruptions, isOfEndless, moments, writeVersion, type Interruption } from '../src/interruptions.ts'
import { processesOf, temporaryFiles } from '../src/left-over.ts'
import { startSteadyClient, type SteadyClient } from '../src/steady-client.ts'
import { treeOf } from '../src/wrong-input.ts'

let machine: CommandLine
let source: string
let temporary: string
let port: number
let client: SteadyClient
beforeEach(async () => {
  machine = await createCommandLine()
  source = join(machine.directory, 'blog')
  temporary = join(machine.directory, 'temporary')
  await mkdir(temporary)
  await writeVersion(source, 'v1')
  const { result } = await deploy().finished
  port = Number(result['port'])
  client = startSteadyClient({ port, requestsPerSecond: 50, paths: { quick: '/' }, isRight: (answer) => /^v\d$/.test(answer) })
}, 120_000)
afterEach(async () => {
  await client.stop()
  await machine.dispose()
}, 120_000)

const cases = moments.flatMap((moment) =>
  interruptions.map((interruption) => ({ moment, interruption, name: `${interruption.name} during ${moment.name}` })),
)

describe.each(cases)('$name', ({ moment, interruption }) => {
  it('leaves the old version answering and nothing else, and the next deploy works', { timeout: 120_000 }, async () => {
    const [tree, processes] = [await treeOf(machine.home), await processesOf(machine.directory)]
    const begun = join(machine.directory, 'begun')
    await moment.write(source, begun)
    const started = deploy()
    await exists(begun, started.finished)
    expect((await processesOf(machine.directory)).filter(isOfEndless).length, 'processes of the command').toBeGreaterThanOrEqual(4)
    await interrupt(started, interruption)
    const ended = await started.finished
    expect(ended).toMatchObject({ exitCode: interruption.exitCode })
    const afterwards = interruption.isTidy ? allTidied : nothingTidied
    await afterwards(ended, { tree, processes })
    expect(await answer()).toBe('v1')

    await writeVersion(source, 'v2')
    expect(await deploy().finished).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect(await answer()).toBe('v2')
    expect((await processesOf(machine.directory)).filter(isOfEndless)).toEqual([])
    const { result } = await machine.hop3(['releases', 'blog', '--json'])
    expect(await readdir(join(machine.home, 'apps/blog/releases'))).toHaveLength(2)
    expect(result['releases']).toHaveLength(2)
    expect(await temporaryFiles(machine.home)).toEqual([])
    expect(await temporaryOnes()).toEqual([])
    expect(await client.stop()).toEqual([])
  })
})

async function interrupt({ pid }: Started, { signal, toGroup, times = 1 }: Interruption): Promise<void> {
  if (pid === undefined) throw new Error('it did not start')
  process.kill(toGroup ? -pid : pid, signal)
  for (let left = times - 1; left > 0; left--) {
    // Two of the same signal at once are one.
    await sleep(300)
    process.kill(toGroup ? -pid : pid, signal)
  }
}

interface Before {
  readonly tree: Awaited<ReturnType<typeof treeOf>>
  readonly processes: Awaited<ReturnType<typeof processesOf>>
}

/** Who is killed, or told to hurry, cannot tidy up: that is for the next command. */
async function nothingTidied(ended: Finished): Promise<void> {
  expect(ended.result).not.toHaveProperty('code')
  expect((await processesOf(machine.directory)).filter(isOfEndless)).not.toEqual([])
}

async function allTidied(ended: Finished, { tree, processes }: Before): Promise<void> {
  expect(ended.result).toMatchObject({ code: 'retry.interrupted' })
  expect(await processesOf(machine.directory)).toEqual(processes)
  expect(await treeOf(machine.home)).toEqual(tree)
  expect(await temporaryOnes()).toEqual([])
}

function deploy(): Started {
  return machine.start(['deploy', source, '--json'], { ownGroup: true, env: { TMPDIR: temporary } })
}

/** Node keeps compiled code there, for every program. */
async function temporaryOnes(): Promise<readonly string[]> {
  return (await readdir(temporary)).filter((name) => name !== 'node-compile-cache')
}

async function answer(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text()
}

/** Fails when the command ends before. */
async function exists(path: string, finished: Promise<Finished>): Promise<void> {
  const over = finished.then((ended): never => {
    throw new Error(`it ended: ${ended.stdout}${ended.stderr}`)
  })
  while (!(await isThere(path))) await Promise.race([sleep(50), over])
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
