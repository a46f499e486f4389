/** What a strategy may use of the machine: a clock and one way to start processes. Both are arguments, so tests bring their own. */

export interface Clock {
  now(): Date
  /** Milliseconds on a clock that never goes back. */
  monotonic(): number
  /** Rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** A process to start: an argument vector, never a shell line (write `['/bin/sh', '-c', line]` where a shell is meant). */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Written to its standard input, which is then closed. Default: empty. */
  readonly input?: string
  /** `lines`: each line goes to `onLine` as it comes. `inherit`: the terminal's own streams (interactive `exec`). Default `lines`. */
  readonly stdio?: 'lines' | 'inherit'
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Aborting ends the whole process group: SIGTERM, then SIGKILL after `killAfter`. */
  readonly signal?: AbortSignal
  /** Bytes of stdout kept, in place of the last 64 KiB; with more the group is ended as if aborted, and the result says `overflowed`. */
  readonly maxOutput?: number
  /** Milliseconds before the group is ended as if aborted; the result then says `timedOut`. */
  readonly timeout?: number
  /** Milliseconds between SIGTERM and SIGKILL. Default 5 000. */
  readonly killAfter?: number
  /** Leaves the process running when the caller ends: it gets its own session, no streams, and `run` resolves once it has started. */
  readonly detached?: boolean
}

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  /** True when it wrote more than `maxOutput`. */
  readonly overflowed?: boolean
  /** The last 64 KiB of each stream, as UTF-8. Empty with `inherit` and `detached`. */
  readonly stdout: string
  readonly stderr: string
  readonly pid: number
}

/**
 * Starts a process in a process group of its own and waits for its end. A non-zero exit is a result, not an exception.
 * Throws `environment.command-missing` when there is no such program, and the signal's reason when aborted (after the group has gone).
 */
export type Run = (command: Command) => Promise<CommandResult>

/** The command as a person would type it, for messages. Quoted for a POSIX shell; the environment is not shown. */
export function describeCommand(command: Pick<Command, 'file' | 'args'>): string {
  return [command.file, ...command.args].map(shellQuote).join(' ')
}

/** One word of a POSIX shell, byte for byte. NUL cannot be passed to a process at all and is the caller's to refuse. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
