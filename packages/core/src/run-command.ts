/**
 * The one place of Hop3 that starts processes. `node:child_process` and not a wrapper library: every process leads a group of its own, so
 * that aborting ends the whole tree a package manager may have started.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { Command, CommandResult } from './command.ts'
import { hop3Error, toHop3Error } from './errors.ts'
import { splitLines } from './line-splitter.ts'
import { visible } from './names.ts'

const defaultKillAfter = 5_000
const keptCharacters = 64 * 1024

/** See `Run` in `command.ts`. */
export async function runCommand(command: Command): Promise<CommandResult> {
  command.signal?.throwIfAborted()
  const child = await started(command)
  if (command.detached === true) {
    child.unref()
    return { exitCode: null, signal: null, timedOut: false, stdout: '', stderr: '', pid: child.pid ?? 0 }
  }
  const ender = endGroupOn(child, command)
  const stdout = collectLines(child.stdout, (line) => command.onLine?.(line, 'stdout'), command.maxOutput, ender.end)
  const stderr = collectLines(child.stderr, (line) => command.onLine?.(line, 'stderr'))
  child.stdin?.on('error', () => {}) // the process may close its input before reading all of it: not the caller's problem
  child.stdin?.end(command.input ?? '')
  const { exitCode, signal } = await ended(child, ender)
  const collected = stdout()
  const result = {
    exitCode,
    signal,
    timedOut: ender.timedOut(),
    stdout: collected.text,
    stderr: stderr().text,
    pid: child.pid ?? 0,
    ...(collected.overflowed && { overflowed: true }),
  }
  command.signal?.throwIfAborted()
  return result
}

function start(command: Command): ChildProcess {
  const detached = command.detached === true
  return spawn(command.file, [...command.args], {
    cwd: command.cwd,
    env: { ...command.env },
    // An interactive command stays in the terminal's foreground group: it could not read from the terminal otherwise.
    detached: command.stdio !== 'inherit',
    stdio: detached ? 'ignore' : command.stdio === 'inherit' ? 'inherit' : 'pipe',
  })
}

/** Some problems `spawn` throws at once (E2BIG, a path that is none), others it tells the child of. */
function started(command: Command): Promise<ChildProcess> {
  return new Promise<ChildProcess>((resolve, reject) => {
    const child = start(command)
    child.once('spawn', () => resolve(child))
    child.once('error', reject)
  }).catch((cause: unknown) => {
    throw startFailure(cause, command)
  })
}

function startFailure(cause: unknown, command: Command): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'E2BIG') {
    return hop3Error('environment.command-too-long', `Cannot start ${visible(command.file)}: its arguments and variables are too long.`, {
      hint: 'Linux takes 128 KiB in one argument or variable. Put what is long into a file, and pass the path of that.',
      details: { file: command.file },
      cause,
    })
  }
  if (code === 'ENOTDIR') {
    return hop3Error(
      'environment.command-missing',
      `Cannot start ${visible(command.file)}: a part of its path, or of ${command.cwd}, is no directory.`,
      {
        hint: `Mend the path of the program or of the directory it is to run in.`,
        details: { file: command.file },
        cause,
      },
    )
  }
  if (code !== 'ENOENT') return toHop3Error(cause, `Cannot start ${visible(command.file)}`)
  return hop3Error(
    'environment.command-missing',
    `Cannot start ${visible(command.file)}: there is no such program on PATH, or ${command.cwd} does not exist.`,
    {
      hint: `Install ${visible(command.file)}, or add its directory to PATH.`,
      details: { file: command.file },
      cause,
    },
  )
}

interface GroupEnder {
  readonly end: () => void
  timedOut(): boolean
  dispose(): void
}

/** Ends the process group on abort and on timeout: SIGTERM, then SIGKILL. */
function endGroupOn(child: ChildProcess, command: Command): GroupEnder {
  let timedOut = false
  let killTimer: NodeJS.Timeout | undefined
  const end = (): void => {
    if (killTimer !== undefined) return
    signalGroup(child, command, 'SIGTERM')
    killTimer = setTimeout(() => signalGroup(child, command, 'SIGKILL'), command.killAfter ?? defaultKillAfter)
  }
  const expire = (): void => {
    timedOut = true
    end()
  }
  const timer = command.timeout === undefined ? undefined : setTimeout(expire, command.timeout)
  command.signal?.addEventListener('abort', end, { once: true })
  // The listener hears of no abort that came while the process was starting.
  if (command.signal?.aborted === true) end()
  return {
    end,
    timedOut: () => timedOut,
    dispose() {
      clearTimeout(timer)
      clearTimeout(killTimer)
      command.signal?.removeEventListener('abort', end)
      // The leader may be gone while members of its group still run.
      if (killTimer !== undefined) signalGroup(child, command, 'SIGKILL')
    },
  }
}

function signalGroup(child: ChildProcess, command: Command, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(command.stdio === 'inherit' ? child.pid : -child.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Resolves when the process has ended and its streams are closed, or a little after its end where a background child keeps them open. */
function ended(child: ChildProcess, ender: GroupEnder): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const finish = (): void => {
        clearTimeout(timer)
        child.stdout?.destroy()
        child.stderr?.destroy()
        ender.dispose()
        resolve({ exitCode, signal })
      }
      const timer = setTimeout(finish, 500)
      child.once('close', finish)
    })
  })
}

/** Hands out whole lines as they come and returns a function for the text: its last 64 KiB, or up to `limit` bytes of it from the start. */
function collectLines(
  stream: NodeJS.ReadableStream | null,
  onLine: (line: string) => void,
  limit?: number,
  onOverflow?: () => void,
): () => { readonly text: string; readonly overflowed: boolean } {
  const decoder = new StringDecoder('utf8')
  const parts: string[] = []
  const lines = splitLines(onLine)
  let text = ''
  let bytes = 0
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (limit !== undefined && bytes > limit) {
      onOverflow?.()
      return
    }
    const decoded = decoder.write(chunk)
    if (limit === undefined) text = (text + decoded).slice(-keptCharacters)
    else parts.push(decoded)
    lines.push(decoded)
  })
  stream?.on('end', () => lines.end())
  return () => ({ text: text + parts.join('') + decoder.end(), overflowed: limit !== undefined && bytes > limit })
}
