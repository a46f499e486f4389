import { readdirSync } from 'node:fs'
import { cp, mkdir, readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, type TestContext } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { readExampleCheck, type ExampleCheck } from '../src/example-check.ts'
import { expectNoInstall } from '../src/example-edit.ts'
import { expectGolden, maskedArtifact } from '../src/golden.ts'
import { processesOf } from '../src/left-over.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const goldenFiles = ['plan.json', 'artifact.json', 'check.json']
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(examples, entry.name)).includes('check.json'))
  .map((entry) => entry.name)

describe.concurrent.each(names)('%s', (name) => {
  const check = readExampleCheck(join(examples, name, 'check.json'))

  it('is planned as its plan.json says', { timeout: 120_000 }, async (context) => {
    const machine = await machineOf(context, check)
    const { exitCode, stdout, stderr } = await machine.hop3(['plan', await copyExample(name, machine), '--format', 'json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    await expectGolden(join(examples, name, 'plan.json'), stdout)
  })

  it('is built as its artifact.json says, answers as its check.json says, and leaves nothing', { timeout: 900_000 }, async (context) => {
    if (check.skip !== undefined) context.skip(`${name}: ${check.skip}`)
    const missing = check.missingPrograms()
    if (process.env['HOP3_REQUIRE'] === 'all') expect(missing).toEqual([])
    else if (missing.length > 0) context.skip(`${name} needs ${missing.join(', ')}`)
    const machine = await machineOf(context, check)
    const source = await copyExample(name, machine)

    const { exitCode, result } = await machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    const release = await realpath(join(machine.home, 'apps', name, 'current'))
    expect(basename(release)).toBe(result['release'])
    const artifact = await readFile(join(release, 'BUILD_ARTIFACT.json'), 'utf8')
    await expectGolden(join(examples, name, 'artifact.json'), maskedArtifact(artifact, { id: basename(release), path: release }))

    for (const { path, accept, status, contains } of check.requests) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      expect(await answer.text()).toContain(contains)
    }

    const again = await machine.hop3(['deploy', source, '--json'])
    expect(again.result).toEqual({ ...result, changed: false })
    if (check.edit !== undefined) await expectNoInstall({ name, machine, source, edit: check.edit })
    expect((await machine.hop3(['stop', '--all', '--json'])).result).toMatchObject({ apps: [name], stopped: true })
    expect(await processesOf(machine.directory)).toEqual([])
  })
})

async function machineOf(context: TestContext, { providers }: ExampleCheck): Promise<CommandLine> {
  const machine = await createCommandLine()
  for (const name of providers) await cp(join(examples, 'host-providers', name), join(machine.home, 'providers', name))
  context.onTestFinished(() => machine.dispose(), 120_000)
  return machine
}

/** Its own files are part of no app: what the example says is all that is deployed. */
async function copyExample(name: string, machine: CommandLine): Promise<string> {
  const source = join(machine.directory, 'sources', name)
  await mkdir(source, { recursive: true })
  const isSource = (path: string): boolean => !goldenFiles.includes(basename(path)) && !/^(node_modules|dist|\.venv)$/.test(basename(path))
  await cp(join(examples, name), source, { recursive: true, filter: isSource })
  return source
}
