import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseProcessStat, readArguments, readEnvironment, readProcessStat, variableIn } from '../src/process-facts.ts'
import { identifySelf, isRunning, livenessOf, parseIdentity, signalGroup, signalProcess } from '../src/process-identity.ts'

const onLinux = process.platform === 'linux'

describe('the liveness of a process that was written down', () => {
  test('is that of this very process, whatever the host is called by now', async () => {
    const self = await identifySelf()
    expect(await livenessOf(self, self)).toBe('alive')
    expect(await livenessOf({ ...self, host: 'former-name' }, self)).toBe(onLinux ? 'alive' : 'unknown')
  })

  test.runIf(onLinux).each([
    ['the pid is another process’s by now', { started: '1' }, 'dead'],
    ['it ran before the last boot', { boot: 'another-boot' }, 'dead'],
    ['it ran on another machine', { boot: 'another-boot', host: 'another-host' }, 'unknown'],
    ['it runs in another container', { pidNamespace: 'pid:[1]' }, 'unknown'],
    ['it was written where nothing told when it started', { started: '' }, 'alive'],
    ['no process has that pid', { pid: 2 ** 30 }, 'dead'],
  ] as const)('%s', async (_, change, liveness) => {
    const self = await identifySelf()
    expect(await livenessOf({ ...self, ...change }, self)).toBe(liveness)
  })

  test.runIf(onLinux)('one that has ended is dead before anybody has noticed', async () => {
    const pid = await defunctPid()
    const self = await identifySelf()
    const { started = '' } = (await readProcessStat(pid)) ?? {}
    expect(started).toMatch(/^\d+$/)
    expect(await livenessOf({ ...self, pid, started }, self)).toBe('dead')
    expect(await isRunning(pid)).toBe(false)
    expect(await isRunning(process.pid)).toBe(true)
  })

  test.each([
    'text',
    null,
    [],
    {},
    { pid: 0, started: '', boot: '', pidNamespace: '', host: '' },
    { pid: 1.5, started: '', boot: '', pidNamespace: '', host: '' },
    { pid: 1, started: 7, boot: '', pidNamespace: '', host: '' },
  ])('%j identifies nobody', (value) => expect(parseIdentity(value)).toBeUndefined())
})

describe.runIf(onLinux)('what /proc tells of a process', () => {
  test.each(['a) Z 1 (b', 'x\n) y', ')))', ' '])('is not led astray by the name %j', async (name) => {
    const directory = await mkdtemp(join(tmpdir(), 'hop3-name-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const program = join(directory, name)
    await copyFile('/bin/sleep', program)
    const child = spawn(program, ['60'], { stdio: 'ignore', detached: true, env: {} })
    onTestFinished(() => void child.kill('SIGKILL'))
    const pid = child.pid ?? 0
    await expect.poll(() => readFile(`/proc/${pid}/comm`, 'utf8')).toBe(`${name}\n`)
    expect(await readProcessStat(pid)).toEqual({
      parent: process.pid,
      session: pid,
      started: expect.stringMatching(/^[1-9]\d*$/),
      isDefunct: false,
    })
  })

  test('is nothing when it has ended or the text is torn', async () => {
    expect(await readProcessStat(2 ** 30)).toBeUndefined()
    expect(await readArguments(2 ** 30)).toEqual([])
    expect(parseProcessStat('')).toBeUndefined()
    expect(parseProcessStat('12 (sh) S 1 12 12')).toBeUndefined()
  })

  test('gives variables and arguments as they are', async () => {
    const child = spawn('sh', ['-c', 'echo; exec sleep 60', 'two words', ''], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], XA: 'not A', A: 'line\nA=2', B: '' },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    await expect.poll(() => readArguments(child.pid ?? 0)).toEqual(['sleep', '60'])
    const environment = await readEnvironment(child.pid ?? 0)
    expect(['A', 'B', 'C', 'XA'].map((name) => variableIn(environment, name))).toEqual(['line\nA=2', '', undefined, 'not A'])
    expect(variableIn('A=1', 'A')).toBe('1')
    expect(variableIn('', 'A')).toBeUndefined()
  })
})

describe.runIf(onLinux)('a signal', () => {
  test('reaches the very process and its group, and is no error once they have ended', async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    const pid = child.pid ?? 0
    onTestFinished(() => signalGroup({ pid, started: '' }, 'SIGKILL'))
    const [line] = await once(createInterface(child.stdout), 'line')
    const { started = '' } = (await readProcessStat(pid)) ?? {}
    // The pid of another process by now.
    signalProcess({ pid, started: '1' }, 'SIGKILL')
    signalGroup({ pid, started: '1' }, 'SIGKILL')
    expect(await isRunning(pid)).toBe(true)
    const ended = once(child, 'exit')
    signalGroup({ pid, started }, 'SIGTERM')
    expect(await ended).toEqual([null, 'SIGTERM'])
    await expect.poll(() => isRunning(Number(line))).toBe(false)
    signalProcess({ pid, started }, 'SIGTERM')
    signalGroup({ pid, started }, 'SIGTERM')
  })
})

/** The pid of a process that has ended and whose parent has not asked how. */
async function defunctPid(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [line] = await once(createInterface(parent.stdout), 'line')
  await expect.poll(() => readFile(`/proc/${Number(line)}/stat`, 'utf8')).toMatch(/\) Z /)
  return Number(line)
}
