import { execFileSync, spawn } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { shellArgv } from '../src/index.ts'

const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([program = '']) => isThere(program))

/** Takes half a second to end, and does not tell that its own `sleep` has ended. */
const server = `exec 2>/dev/null; trap "echo asked; sleep 0.5; echo done; exit 0" TERM; echo up; while :; do sleep 0.05; done`

describe.each(shells)('a command in a shell, by %s', (...shell) => {
  test.each([
    ['exit 7', 7],
    ['kill -KILL $$', 137],
    ['true; false', 1],
  ])('ends as it does: %s', async (command, code) => {
    expect(await run(shell, command)).toEqual({ code, said: '' })
  })

  test('is byte for byte what was written, with the environment that was given', async () => {
    const command = `printf %s "$code $line $stat" '%s' "\\$" '"' ; echo " $0"`
    expect(await run(shell, command, { env: { code: 'a', line: 'b', stat: 'c' } })).toEqual({ code: 0, said: 'a b c%s$" /bin/sh\n' })
  })

  test.each([
    ['behind another', `bash -c '${server}'; echo never`],
    ['of a shell of its own', `sh -c "bash -c '${server.replaceAll('"', '\\"')}'; true"; echo never`],
    ['beside another', `sleep 50 & bash -c '${server}' & wait`],
    ['that took its place', `exec bash -c '${server}'`],
  ])('a program %s is told to end, and is waited for', async (_, command) => {
    expect((await run(shell, command, { stop: 'SIGTERM' })).said).toBe('up\nasked\ndone\n')
  })
})

interface Way {
  readonly env?: Readonly<Record<string, string>>
  /** Sent to the first process alone, once the command has said something. */
  readonly stop?: NodeJS.Signals
}

async function run(shell: readonly string[], command: string, { env, stop }: Way = {}): Promise<{ code: number | null; said: string }> {
  const [, ...args] = shellArgv(command)
  const [file = '', ...first] = shell
  const child = spawn(file, [...first, ...args], {
    // As the first process of a container has a group of its own.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  })
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  })
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    if (said === '' && stop !== undefined) child.kill(stop)
    said += part.toString()
  })
  // A shell that tells how what it ran has ended.
  child.stderr.on('data', (part: Buffer) => (said += part.toString()))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, said }
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, program === 'busybox' ? ['true'] : ['-c', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
