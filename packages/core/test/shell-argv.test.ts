import { execFileSync, spawn } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { shellArgv } from '../src/index.ts'

const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']]
const isLeftOut = (program: string): boolean => process.env['HOP3_REQUIRE'] !== 'all' && !isThere(program)

/** Takes half a second to end, and does not tell that its own `sleep` has ended. */
const server = `exec 2>/dev/null; trap "echo asked; sleep 0.5; echo done; exit 0" TERM; echo up; while :; do sleep 0.05; done`

/** A shell does not hear what was ignored when it began: Node does. */
const hears = (signal: NodeJS.Signals): string =>
  `${process.execPath} -e 'process.once("${signal}", () => { console.log("asked"); clearInterval(up) }); const up = setInterval(() => {}, 1000); console.log("up")'`

test.each<[command: string, program: string]>([
  ['gunicorn app --bind 0.0.0.0:$PORT', 'gunicorn app --bind 0.0.0.0:$PORT'],
  ['exec ./serve "$HOST:${PORT:-80}" \'a; b\'', './serve "$HOST:${PORT:-80}" \'a; b\''],
  [' celery -A app worker -c ${CONCURRENCY} ', ' celery -A app worker -c ${CONCURRENCY} '],
])('%s takes the place of its shell', (command, program) => {
  expect(shellArgv(command)).toEqual(['/bin/sh', '-c', `exec ${program}`])
})

test.each([
  'cd app && ./serve $PORT',
  './serve $PORT &',
  './serve $PORT; true',
  './serve $PORT > log',
  './serve "$(id)"',
  './serve "`id`"',
  './serve ${PORT:-$(id)}',
  "./serve $'a'",
  './serve "a',
  './serve $PORT\ntrue',
  './serve $PORT #',
  'A=b ./serve $PORT',
  '$PROGRAM $PORT',
  '"./serve" $PORT',
  'cd $HOME',
  'exec',
  'exec cd $HOME',
  'npm start $PORT',
  '/usr/bin/npm start $PORT',
  'bash start.sh $PORT',
  'if $A',
])('%j keeps its shell', (command) => {
  expect(shellArgv(command).at(-1)).toBe(command)
})

describe.each(shells)('a command in a shell, by %s', (...shell) => {
  test.skipIf(isLeftOut(shell[0] ?? ''))('one program is what the stop is told', async () => {
    expect(await run(shell, `${hears('SIGTERM')} "$PATH"`, { stop: 'SIGTERM' })).toEqual({ code: 0, said: 'up\nasked\n' })
  })

  test.skipIf(isLeftOut(shell[0] ?? '')).each([
    ['exit 7', 7],
    ['kill -KILL $$', 137],
    ['true; false', 1],
  ])('ends as it does: %s', async (command, code) => {
    expect(await run(shell, command)).toEqual({ code, said: '' })
  })

  test.skipIf(isLeftOut(shell[0] ?? ''))('is byte for byte what was written, with the environment that was given', async () => {
    const command = `printf %s "$code $line $stat" '%s' "\\$" '"' ; echo " $0"`
    expect(await run(shell, command, { env: { code: 'a', line: 'b', stat: 'c' } })).toEqual({ code: 0, said: 'a b c%s$" /bin/sh\n' })
  })

  test.skipIf(isLeftOut(shell[0] ?? '')).each([
    ['behind another', `bash -c '${server}'; echo never`],
    ['of a shell of its own', `sh -c "bash -c '${server.replaceAll('"', '\\"')}'; true"; echo never`],
    ['beside another', `sleep 50 & bash -c '${server}' & wait`],
    ['that took its place', `exec bash -c '${server}'`],
  ])('a program %s is told to end, and is waited for', async (_, command) => {
    expect((await run(shell, command, { stop: 'SIGTERM' })).said).toBe('up\nasked\ndone\n')
  })

  test.skipIf(isLeftOut(shell[0] ?? '')).each<NodeJS.Signals>(['SIGQUIT', 'SIGWINCH', 'SIGUSR1'])(
    'what an image wants to be told by %s, it is told by that',
    async (signal) => {
      expect((await run(shell, `true; ${hears(signal)}`, { stop: signal })).said).toBe('up\nasked\n')
    },
  )

  test.skipIf(isLeftOut(shell[0] ?? ''))('a stop from a terminal ends it, too', async () => {
    expect((await run(shell, `true; bash -c '${server}'`, { stop: 'SIGINT' })).said).toBe('up\nasked\ndone\n')
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
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
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
