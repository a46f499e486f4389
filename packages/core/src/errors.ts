/**
 * The one error type of every Hop3 package.
 *
 * A `Hop3Error` is written for the person who must act: `message` says what was attempted and what was seen (with the origin as
 * file:line:column where there is one), `hint` is the exact next command or line to write. It is recognised by a brand, never by
 * `instanceof`, because several copies of core may live in one process.
 */

/** Who can mend it: the app's author, the host's operator, nobody but time, or us. */
export type ErrorClass = 'user' | 'environment' | 'retry' | 'internal'

export interface Hop3ErrorOptions {
  /** The exact next command to run or line to write. */
  readonly hint?: string
  readonly cause?: unknown
  /** Machine-readable facts: plain JSON values, never secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Default: by the code's area (see `classOfCode`). */
  readonly class?: ErrorClass
}

export interface Hop3Error extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>
  readonly class: ErrorClass
}

const brand = Symbol.for('hop3.error')

/**
 * Makes a branded error. `code` is `area.problem` or `area.strategy.problem`; the area decides the exit code of the CLI:
 * `usage`, `config`, `select.builder`, `build`, `select.deployer`, `deploy`, `health`, `lock`, `plugin`, `environment`, `internal`.
 */
export function hop3Error(code: string, message: string, options: Hop3ErrorOptions = {}): Hop3Error {
  const error = new Error(message, options.cause === undefined ? undefined : { cause: options.cause })
  error.name = 'Hop3Error'
  return Object.assign(error, {
    [brand]: true as const,
    code,
    hint: options.hint,
    details: options.details ?? {},
    class: options.class ?? classOfCode(code),
  })
}

/** True for an error made by any copy of core in this process. */
export function isHop3Error(value: unknown): value is Hop3Error {
  return typeof value === 'object' && value !== null && brand in value
}

/** Turns whatever was thrown into a Hop3Error: branded errors pass, well-known system errors are named, the rest is `internal.unexpected`. */
export function toHop3Error(thrown: unknown, attempted: string): Hop3Error {
  if (isHop3Error(thrown)) return thrown
  if (thrown instanceof Error && (thrown.name === 'AbortError' || ('code' in thrown && thrown.code === 'ABORT_ERR'))) {
    return hop3Error('retry.interrupted', `${attempted}: interrupted.`, { hint: 'Run the command again.', cause: thrown })
  }
  const system = systemProblem(thrown)
  if (system !== undefined) {
    return hop3Error(system.code, `${attempted}: ${system.saw}`, { hint: system.hint, cause: thrown, class: 'environment' })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return hop3Error('internal.unexpected', `${attempted}: ${message}`, {
    hint: 'This is a defect of Hop3. Run the command again with --verbose and report what it prints.',
    cause: thrown,
  })
}

/** `user` for config, build and health faults; `environment` for the host; `retry` for what passes by itself. */
export function classOfCode(code: string): ErrorClass {
  const area = code.split('.')[0] ?? ''
  if (area === 'internal') return 'internal'
  if (area === 'environment' || area === 'plugin') return 'environment'
  if (area === 'lock' || area === 'retry') return 'retry'
  return 'user'
}

interface SystemProblem {
  readonly code: string
  readonly saw: string
  readonly hint: string
}

function systemProblem(thrown: unknown): SystemProblem | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined
  const path = 'path' in thrown && typeof thrown.path === 'string' ? ` (${thrown.path})` : ''
  const known: Readonly<Record<string, readonly [code: string, saw: string, hint: string]>> = {
    ENOSPC: [
      'environment.disk-full',
      'no space is left on the disk',
      'Free some space, then run the command again. The directory `cache` in $HOP3_HOME is safe to remove at any time.',
    ],
    EDQUOT: ['environment.disk-full', 'the disk quota is used up', 'Free some space or raise the quota, then run the command again.'],
    EACCES: [
      'environment.permission',
      'permission denied',
      'Make the path readable and writable for this user, or set HOP3_HOME to a directory that is.',
    ],
    EPERM: [
      'environment.permission',
      'operation not permitted',
      'Make the path readable and writable for this user, or set HOP3_HOME to a directory that is.',
    ],
    EROFS: ['environment.read-only', 'the file system is read-only', 'Set HOP3_HOME to a directory on a writable file system.'],
    ENOTDIR: ['environment.home', 'a part of the path is not a directory', 'Set HOP3_HOME to a directory, or remove what is in its place.'],
    EIO: [
      'environment.io',
      'the disk reported an input/output error',
      'Check the disk (dmesg names the device), then run the command again.',
    ],
    EMFILE: ['environment.file-limit', 'too many open files', 'Raise the limit with `ulimit -n 4096`, then run the command again.'],
  }
  const found = known[thrown.code]
  return found && { code: found[0], saw: `${found[1]}${path}`, hint: found[2] }
}
