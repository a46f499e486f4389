import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRun, systemClock, type Command } from '../src/index.ts'
import { runCommand } from '../src/run-command.ts'

const run = createRun()
let cwd: string
beforeEach(async () => void (cwd = await mkdtemp(join(tmpdir(), 'hop3-run-'))))
afterEach(() => rm(cwd, { recursive: true }))

const shell = (line: string, more: Partial<Command> = {}): Command => ({
  file: '/bin/sh',
  args: ['-c', line],
  cwd,
  env: { PATH: '/usr/bin:/bin' },
  ...more,
})

it('gives exit code and output, also of a failure', async () => {
  expect(await run(shell('echo out; echo err >&2; exit 3'))).toMatchObject({
    exitCode: 3,
    signal: null,
    timedOut: false,
    stdout: 'out\n',
    stderr: 'err\n',
  })
})

it('inherits no environment', async () => {
  const { stdout } = await run({ file: '/usr/bin/env', args: [], cwd, env: { ONLY: 'this', ODD: 'a\nb "$(x)" ' } })
  expect(stdout).toBe('ONLY=this\nODD=a\nb "$(x)" \n')
})

it('hands out whole lines, also the last one and those of several chunks', async () => {
  const lines: string[] = []
  await run(
    shell("printf 'on'; sleep 0.05; printf 'e\\r\\ntwo\\nthr'; sleep 0.05; printf 'ee'", {
      onLine: (line, stream) => lines.push(`${stream}:${line}`),
    }),
  )
  expect(lines).toEqual(['stdout:one', 'stdout:two', 'stdout:three'])
})

it('keeps characters whole that arrive in pieces', async () => {
  const { stdout } = await run(shell("printf '\\303'; sleep 0.05; printf '\\251'"))
  expect(stdout).toBe('é')
})

it('writes the input and closes it', async () => {
  expect((await run({ file: '/bin/cat', args: [], cwd, env: {}, input: 'x'.repeat(200_000) })).stdout.length).toBe(64 * 1024)
})

it('names a program that is missing', async () => {
  await expect(run({ file: 'no-such-program', args: [], cwd, env: { PATH: '/usr/bin' } })).rejects.toThrow(
    expect.objectContaining({ code: 'environment.command-missing', details: { file: 'no-such-program' } }),
  )
})

it('says what is wrong with a command that cannot even be tried', async () => {
  await expect(run({ file: '/bin/true', args: ['x'.repeat(200_000)], cwd, env: {} })).rejects.toThrow(
    expect.objectContaining({ code: 'environment.command-too-long', hint: expect.stringContaining('128 KiB') }),
  )
  await expect(run({ file: '/bin/true', args: [], cwd: '/etc/passwd', env: {} })).rejects.toThrow(
    expect.objectContaining({ code: 'environment.command-missing', message: expect.stringContaining('/etc/passwd') }),
  )
})

describe('ending', () => {
  const isRunning = (pid: number): boolean => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  const pidIn = async (name: string): Promise<number> => {
    for (let tries = 0; tries < 100; tries++) {
      const text = await readFile(join(cwd, name), 'utf8').catch(() => '')
      if (text.endsWith('\n')) return Number(text)
      await systemClock.sleep(20)
    }
    throw new Error('the process never wrote its pid')
  }
  const isGone = async (pid: number): Promise<boolean> => {
    for (let tries = 0; tries < 100 && isRunning(pid); tries++) await systemClock.sleep(20)
    return !isRunning(pid)
  }

  it('on abort takes the whole group, those that ignore SIGTERM too', async () => {
    const controller = new AbortController()
    const command = shell(`sh -c 'trap "" TERM; echo $$ > stubborn; sleep 60 & wait; sleep 60' & wait`, {
      signal: controller.signal,
      killAfter: 200,
    })
    const running = run(command)
    const pid = await pidIn('stubborn')
    controller.abort(new Error('stop it'))
    await expect(running).rejects.toThrow('stop it')
    expect(await isGone(pid)).toBe(true)
  })

  it('on an abort while it starts, too', async () => {
    const controller = new AbortController()
    // Not by `run`, which loads the code first: the process must have been asked for when the abort comes.
    const running = runCommand(shell('echo $$ > early; exec sleep 60', { signal: controller.signal, killAfter: 200 }))
    controller.abort(new Error('at once'))
    await expect(running).rejects.toThrow('at once')
    const text = await readFile(join(cwd, 'early'), 'utf8').catch(() => '')
    expect(text === '' || (await isGone(Number(text)))).toBe(true)
  }, 10_000)

  it('on timeout says so and takes the group', async () => {
    const result = await run(shell('sh -c "echo \\$\\$ > child; sleep 60" & sleep 60', { timeout: 200, killAfter: 200 }))
    expect(result.timedOut).toBe(true)
    expect(await isGone(await pidIn('child'))).toBe(true)
  })

  it('does not wait for a background process that keeps the output open', async () => {
    const result = await run(shell('sleep 5 & echo $! > background; echo done'))
    expect(result.stdout).toBe('done\n')
    process.kill(await pidIn('background'))
  })

  it('leaves a detached process running', async () => {
    const { pid } = await run(shell('echo $$ > own; exec sleep 60', { detached: true }))
    expect(await pidIn('own')).toBe(pid)
    expect(isRunning(pid)).toBe(true)
    process.kill(-pid)
    expect(await isGone(pid)).toBe(true)
  })

  it('does not start at all when aborted before', async () => {
    await expect(run(shell('touch started', { signal: AbortSignal.abort(new Error('no')) }))).rejects.toThrow('no')
  })
})

it('keeps stdout up to maxOutput, and ends the group of a process that writes more', async () => {
  const much = 'yes 0123456789 | head -c 300000'
  const kept = await run(shell(much, { maxOutput: 300_000 }))
  expect(kept).toMatchObject({ exitCode: 0 })
  expect(kept.stdout).toHaveLength(300_000)
  expect(kept.overflowed).toBeUndefined()
  const ended = await run(shell('exec cat /dev/zero', { maxOutput: 100_000, killAfter: 100 }))
  expect(ended).toMatchObject({ overflowed: true, timedOut: false, signal: 'SIGTERM' })
  expect(ended.stdout.length).toBeLessThanOrEqual(100_000)
})
