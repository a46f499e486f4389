import { spawn } from 'node:child_process'
import { access, readFile, readlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps, writeAll } from '../src/apps.ts'
import { createCommandLine, type CommandLine, type Finished } from '../src/command-line.ts'
import { answering } from '../src/wrong-input.ts'

let machine: CommandLine
beforeEach(async () => void (machine = await createCommandLine()))
afterEach(() => machine.dispose(), 120_000)

it('five apps deployed at the same time, in a home that is not there yet, all answer', { timeout: 600_000 }, async () => {
  const names = ['one', 'two', 'three', 'four', 'five']
  const deploys = await Promise.all(
    names.map(async (name, index) => {
      const source = join(machine.directory, name)
      await versionedApps[index % versionedApps.length]?.write(source, `this is ${name}`)
      return machine.hop3(['deploy', source, '--json'])
    }),
  )
  expect(deploys.map(({ exitCode, stderr, result }) => ({ exitCode, stderr, app: result['app'], told: result['message'] }))).toEqual(
    names.map((app) => ({ exitCode: 0, stderr: '', app, told: undefined })),
  )
  expect(deploys.map(({ result }) => result['changed'])).toEqual(names.map(() => true))
  const ports = deploys.map(({ result }) => Number(result['port']))
  expect(new Set(ports).size).toBe(names.length)
  expect(await Promise.all(ports.map(answer))).toEqual(names.map((name) => `this is ${name}`))
})

describe('two deploys of one app', () => {
  it('at once: one wins, the other says who holds the lock', { timeout: 300_000 }, async () => {
    const source = await writeServer('v1', 'web: node server.js\nbuild: sleep 3\n')
    const both = [machine.start(['deploy', source, '--json']), machine.start(['deploy', source, '--json'])]
    const done = await Promise.all(both.map(({ finished }) => finished))
    const winner = done.findIndex(({ exitCode }) => exitCode === 0)
    expect(new Set(done.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 55]))
    const { result } = done[1 - winner] ?? {}
    expect(result).toMatchObject({ code: 'lock.held', details: { pid: both[winner]?.pid, operation: 'deploy' } })
    expect(result?.['message']).toMatch(`deploy of blog by pid ${both[winner]?.pid} since`)
    expect(result?.['hint']).toMatch('--wait')
    expect(await answer(Number(done[winner]?.result['port']))).toBe('v1')
  })

  it('with --wait: the second waits, says for whom, and wins', { timeout: 300_000 }, async () => {
    const first = machine.start(['deploy', await writeServer('v1', 'web: node server.js\nbuild: sleep 3\n'), '--json'])
    await lockTaken()
    const other = join(machine.directory, 'other')
    await writeAll(other, { Procfile: 'web: node server.js\n', 'server.js': answering('v2') })
    const second = await machine.hop3(['deploy', other, '--app', 'blog', '--wait', '--json'])
    expect((await first.finished).result).toMatchObject({ changed: true })
    expect(second).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect(warningsOf(second)).toEqual([expect.stringMatching(`Waiting for the deploy of blog by pid ${first.pid} since .* to finish`)])
    expect(await answer(Number(second.result['port']))).toBe('v2')
  })
})

describe('a lock whose holder is gone is taken over with a notice', () => {
  /** What the lock file says of its holder, on top of a process of this host and boot. */
  const stale: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
    'a dead pid': async () => ({ pid: await deadPid() }),
    'a pid that another process has now': () => Promise.resolve({ pid: process.pid, started: '1' }),
    'another boot': () => Promise.resolve({ pid: process.pid, boot: '00000000-0000-4000-8000-000000000000' }),
  }

  it.each(Object.keys(stale))('%s', { timeout: 300_000 }, async (kind) => {
    const source = await writeServer('v1')
    expect((await machine.hop3(['deploy', source, '--json'])).exitCode).toBe(0)
    await writeFile(lockPath(), `${JSON.stringify({ ...(await thisProcess()), ...(await stale[kind]?.()) })}\n`)
    await writeServer('v2')
    const taken = await machine.hop3(['deploy', source, '--json'])
    expect(taken).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect(warningsOf(taken)).toEqual([
      expect.stringMatching(/The scale of blog by pid \d+ since .* ended without releasing the lock; took it over\./),
    ])
    expect(await answer(Number(taken.result['port']))).toBe('v2')
    await expect(access(lockPath())).rejects.toThrow('ENOENT')
  })

  it('one whose holder lives is not', { timeout: 300_000 }, async () => {
    const source = await writeServer('v1')
    expect((await machine.hop3(['deploy', source, '--json'])).exitCode).toBe(0)
    await writeFile(lockPath(), `${JSON.stringify(await thisProcess())}\n`)
    const refused = await machine.hop3(['deploy', source, '--json'])
    expect(refused).toMatchObject({ exitCode: 55, result: { code: 'lock.held', details: { pid: process.pid } } })
    await writeFile(lockPath(), '')
  })
})

function lockPath(): string {
  return join(machine.home, 'apps/blog/lock')
}

async function lockTaken(): Promise<void> {
  while (!(await readFile(lockPath(), 'utf8').catch(() => ''))) await sleep(20)
}

async function writeServer(version: string, Procfile = 'web: node server.js\n'): Promise<string> {
  const source = join(machine.directory, 'blog')
  await writeAll(source, { Procfile, 'server.js': answering(version) })
  return source
}

async function answer(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text()
}

function warningsOf({ events }: Finished): readonly unknown[] {
  return events.filter(({ level }) => level === 'warn').map(({ text }) => text)
}

async function deadPid(): Promise<number | undefined> {
  const child = spawn('true')
  await new Promise((resolve) => child.once('close', resolve))
  return child.pid
}

/** A lock that this process would hold, as `lock-holder.ts` of @hop3/releases describes it. */
async function thisProcess(): Promise<Readonly<Record<string, unknown>>> {
  const stat = await readFile('/proc/self/stat', 'utf8')
  return {
    pid: process.pid,
    started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19],
    boot: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
    pidNamespace: await readlink('/proc/self/ns/pid'),
    host: hostname(),
    operation: 'scale',
    since: '2026-01-02T03:04:05.000Z',
    token: '0123456789abcdef',
  }
}
