import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { portOwner } from '@hop3/core/routes'
import { freePort, makeCertificate } from '@hop3/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

interface Moment {
  /** Of the time one whole move takes. */
  readonly part?: number
  /** As soon as the home says that the move has come so far, or so many milliseconds later. */
  readonly step?: string
  readonly after?: number
}

const moments: readonly Moment[] = [
  ...[0.3, 0.45, 0.6, 0.7, 0.8, 0.9].map((part) => ({ part })),
  ...[0, 60, 200].map((after) => ({ step: 'make', after })),
  ...['lock', 'decide', 'end'].map((step) => ({ step })),
]

let machine: CommandLine
beforeEach(async () => void (machine = await createCommandLine()))
afterEach(() => machine.dispose(), 60_000)

const isSkipped = process.env['HOP3_REQUIRE'] !== 'all' && !existsSync('/usr/sbin/nginx')

describe.skipIf(isSkipped)('a move to another proxy that is cut off (needs: apt-get install nginx-light)', () => {
  for (const signal of ['SIGKILL', 'SIGINT'] as const)
    it(`by ${signal} leaves one proxy with the next deploy, and all apps behind it`, { timeout: 900_000 }, async () => {
      await deploy('old')
      const millis = { nginx: 0, embedded: 0 }
      // The first ones take longer.
      for (const to of ['nginx', 'embedded', 'nginx', 'embedded'] as const) millis[to] = await moveTo(to)
      const ends: string[] = []
      for (const moment of moments)
        for (const to of ['nginx', 'embedded'] as const) {
          const isMet = async (): Promise<boolean> => {
            const step = await cutOff(to, { ...moment, millis: millis[to] }, { signal, name: `app-${ends.length}` })
            ends.push(`${to} ${JSON.stringify(moment)}: ${step}`)
            return step === moment.step
          }
          // On a machine that has much to do the command may have gone on before it is seen. One that is interrupted leaves no record.
          const tries = signal === 'SIGKILL' && (moment.step === 'lock' || moment.step === 'end') ? 20 : 1
          for (let count = 1; !(await isMet()) && count < tries; count++);
        }
      if (process.env['HOP3_MEASURE']) process.stdout.write(`${JSON.stringify({ millis, ends })}\n`)
      if (signal !== 'SIGKILL') return
      for (const to of ['nginx', 'embedded'])
        for (const step of ['lock', 'end']) expect(ends).toContain(`${to} {"step":"${step}"}: ${step}`)
    })

  /** Begins a move, cuts it off, and sees it ended by the deploy of an app. Resolves to the step the record was left at. */
  async function cutOff(
    to: 'nginx' | 'embedded',
    moment: Moment & { readonly millis: number },
    { signal, name }: { readonly signal: NodeJS.Signals; readonly name: string },
  ): Promise<string> {
    const from = to === 'nginx' ? 'embedded' : 'nginx'
    if ((await whoRuns())[0]?.name !== from) await moveTo(from)
    const { pid, finished } = machine.start(['proxy', 'use', to], { ownGroup: true })
    const { part } = moment
    await (part === undefined ? reached(moment, finished) : Promise.race([sleep(part * moment.millis), finished]))
    tryToSignal(pid, signal)
    await finished
    const step = /"step":"(\w+)"/.exec(await readFile(join(machine.home, 'proxy-move.json'), 'utf8').catch(() => ''))?.[1] ?? 'none'
    const chosen: unknown = JSON.parse(await readFile(join(machine.home, 'proxy.json'), 'utf8')).proxy
    const left = await whoRuns()
    // What is interrupted tidies up itself.
    expect([step, left.length]).toEqual(signal === 'SIGINT' ? ['none', 1] : [step, step === 'none' ? 1 : left.length])
    // What is begun is undone, what is decided finished.
    const wanted = { none: left[0]?.name, decide: chosen, end: to }[step] ?? from
    await deploy(name)
    const running = await whoRuns()
    expect([step, running.map((one) => one.name)]).toEqual([step, [wanted]])
    const port = running[0]?.port ?? 0
    expect((await portOwner(port))?.command).toBe(wanted === 'nginx' ? 'nginx' : 'node')
    for (const app of ['old', name]) expect([app, step, await answers(port, app)]).toEqual([app, step, ['200']])
    expect(existsSync(join(machine.home, 'proxy-move.json'))).toBe(false)
    return step
  }

  it('is shown with what ends it, and ended by whatever starts an app', { timeout: 120_000 }, async () => {
    for (const name of ['first', 'second']) await deploy(name)
    const { pid, finished } = machine.start(['proxy', 'use', 'nginx'], { ownGroup: true })
    await reached({ step: 'make' }, finished)
    tryToSignal(pid, 'SIGKILL')
    await finished
    expect((await machine.hop3(['proxy'])).stdout).toMatch(/A move .*to nginx did not come to its end\..* hop3 proxy use nginx/)
    expect(await machine.hop3(['start', '--all'])).toMatchObject({ exitCode: 0 })
    const [one, ...others] = await whoRuns()
    expect(others).toEqual([])
    for (const name of ['first', 'second']) expect(await answers(one?.port ?? 0, name)).toEqual(['200'])
    expect((await machine.hop3(['proxy'])).stdout).not.toContain('A move')
  })

  it('has a first deploy wait that comes meanwhile, and makes it one of the apps of the new proxy', { timeout: 120_000 }, async () => {
    for (const name of ['first', 'second']) await deploy(name)
    const { finished } = machine.start(['proxy', 'use', 'nginx'])
    await reached({ step: 'make' }, finished)
    await deploy('later', ['--wait'])
    expect(await finished).toMatchObject({ exitCode: 0 })
    expect(await whoRuns()).toMatchObject([{ name: 'nginx' }])
    for (const name of ['first', 'second', 'later']) expect(await answers((await whoRuns())[0]?.port ?? 0, name)).toEqual(['200'])
  })

  it(
    'to other settings leaves none in force that are not written down, and the next deploy finishes it',
    { timeout: 240_000 },
    async () => {
      for (const name of ['old', 'older']) await deploy(name)
      const { certificate, key } = await makeCertificate(machine.directory, 'old.localhost')
      const tls = ['--tls', `${certificate}:${key}`, '--tls-listen', `127.0.0.1:${await freePort()}`]
      await moveTo('nginx')
      const port = (await whoRuns())[0]?.port ?? 0
      const ends: string[] = []
      for (const [index, moment] of (['renew', 'kept', 'served', 'end'] as const).entries()) {
        await moveTo('nginx', ['--tls', 'off'])
        const { pid, finished } = machine.start(['proxy', 'use', 'nginx', ...tls], { ownGroup: true })
        const isServed = async (): Promise<boolean> => (await answers(port, 'old', 5)).includes('308')
        const isKept = async (): Promise<boolean> => (await readFile(join(machine.home, 'proxy.json'), 'utf8')).includes(certificate)
        const isReached = { kept: isKept, served: isServed, renew: () => isAt('renew'), end: () => isAt('end') }
        await until(isReached[moment], finished)
        tryToSignal(pid, 'SIGKILL')
        await finished
        const [isSecure, isWritten] = [await isServed(), await isKept()]
        ends.push(`${moment}: ${isSecure ? 'served' : 'not served'}, ${isWritten ? 'written down' : 'not written down'}`)
        expect(ends.at(-1)).not.toContain(': served, not')
        await deploy(`later-${index}`)
        const wanted = isWritten ? ['308'] : ['200']
        for (const app of ['old', 'older', `later-${index}`]) expect([ends.at(-1), await answers(port, app)]).toEqual([ends.at(-1), wanted])
        expect((await machine.hop3(['ps', 'old'])).stdout).toContain(isWritten ? 'https://old.localhost' : 'http://old.localhost')
        expect(existsSync(join(machine.home, 'proxy-move.json'))).toBe(false)
      }
      if (process.env['HOP3_MEASURE']) process.stdout.write(`${JSON.stringify(ends)}\n`)
    },
  )

  it('is not begun where the state of one app cannot be read', { timeout: 120_000 }, async () => {
    for (const name of ['whole', 'damaged']) await deploy(name)
    const path = join(machine.home, 'apps/damaged/state.json')
    const state = await readFile(path, 'utf8')
    await writeFile(path, state.slice(0, 40))
    const { exitCode, result } = await machine.hop3(['proxy', 'use', 'nginx', '--json'])
    expect(exitCode).not.toBe(0)
    expect(result).toMatchObject({ code: 'environment.state-damaged' })
    expect(JSON.stringify(result)).toContain('nothing has been changed, because of damaged')
    await writeFile(path, state)
    expect(await whoRuns()).toMatchObject([{ name: 'embedded' }])
    expect(existsSync(join(machine.home, 'proxy.json'))).toBe(false)
    await deploy('later')
    for (const name of ['whole', 'damaged', 'later']) expect(await answers((await whoRuns())[0]?.port ?? 0, name)).toEqual(['200'])
  })
})

async function deploy(name: string, options: readonly string[] = []): Promise<void> {
  const source = join(machine.directory, name)
  await versionedApps.find((one) => one.name === 'site')?.write(source, 'v0')
  expect(await machine.hop3(['deploy', source, '--json', ...options])).toMatchObject({ exitCode: 0 })
}

/** Resolves to the milliseconds it took. */
async function moveTo(proxy: string, options: readonly string[] = []): Promise<number> {
  const begun = performance.now()
  expect(await machine.hop3(['proxy', 'use', proxy, '--json', ...options])).toMatchObject({ exitCode: 0 })
  return performance.now() - begun
}

async function whoRuns(): Promise<readonly { readonly name: string; readonly port: number }[]> {
  const { running } = JSON.parse((await machine.hop3(['proxy', '--json'])).stdout.trim().split('\n').at(-1) ?? '')
  return running
}

/** What is said to so many requests, each on a connection of its own: either of two proxies may take it. */
async function answers(port: number, name: string, requests = 40): Promise<readonly string[]> {
  const ask = (): Promise<string> =>
    new Promise((resolve) => {
      const request = get({ port, agent: false, headers: { host: `${name}.localhost` } }, (response) => {
        response.resume()
        resolve(String(response.statusCode))
      })
      request.once('error', (error) => resolve(error.message))
    })
  const seen: string[] = []
  for (let count = 0; count < requests; count++) seen.push(await ask())
  return [...new Set(seen)]
}

/** Looks all the time: some steps take a few milliseconds. Resolves at the latest when the command has finished. */
async function until(isSo: () => Promise<boolean>, finished: Promise<unknown>): Promise<void> {
  const over = { now: false }
  void finished.finally(() => (over.now = true))
  while (!over.now && !(await isSo())) await setImmediate()
}

async function reached({ step = '', after = 0 }: Moment, finished: Promise<unknown>): Promise<void> {
  await until(() => isAt(step), finished)
  await sleep(after)
}

async function isAt(step: string): Promise<boolean> {
  return (await readFile(join(machine.home, 'proxy-move.json'), 'utf8').catch(() => '')).includes(`"step":"${step}"`)
}

/** The command may have come to its end before. */
function tryToSignal(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal)
  } catch {
    // gone already
  }
}
