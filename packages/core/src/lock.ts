/**
 * One holder at a time, known by a file. A holder that died is replaced, by exactly one of all who try:
 * the right to replace a dead lock is itself a lock by these same rules, a file named after the dead one's token. Whoever holds it looks
 * again whether that dead lock is still there (nobody else may replace it now) and renames its own over it.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { BuildContext } from './builder.ts'
import { shellQuote, type Clock } from './command.ts'
import { hop3Error, type Hop3Error } from './errors.ts'
import type { Lock } from './home.ts'
import { createLockFile, readLockFile, removeLockFile, replaceLockFile, type Holder, type LockContent } from './lock-file.ts'
import { identifySelf, livenessOf, type Liveness, type ProcessIdentity } from './process-identity.ts'
import { systemCode } from './system-error.ts'
import { visible } from './names.ts'

export interface LockOptions {
  readonly path: string
  /** What is locked, for messages: `blog`. */
  readonly subject: string
  readonly operation: string
  readonly clock: Clock
  /** Overrides the machine's boot id. */
  readonly boot?: string | undefined
  /** Until the holder has finished, or for so many milliseconds. */
  readonly wait: boolean | number
  readonly signal: AbortSignal
  readonly notice: (text: string) => void
  /** Makes the directory the lock lies in; called again when it has vanished while waiting. */
  readonly prepare: () => Promise<void>
}

/** Throws `lock.held` when a living process has it and there is no more time to wait, and the signal's reason. */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const self = await identifySelf(options.boot)
  const { path, subject, operation, clock, signal, notice } = options
  const begun = clock.monotonic()
  let announced = ''
  for (let vanished = 0; ;) {
    signal.throwIfAborted()
    const mine: Holder = { ...self, operation, since: clock.now().toISOString(), token: randomBytes(8).toString('hex') }
    const result = await prepareAndTry(options, mine, self)
    vanished = result.state === 'vanished' ? vanished + 1 : 0
    if (result.state === 'vanished' && vanished === mostVanishings) throw result.cause
    if (result.state === 'taken') {
      const lock = { token: mine.token, release: () => removeLockFile(path, mine.token) }
      const { from } = result
      return await releasedOnFailure(lock, async () => {
        if (from !== undefined) notice(describeTakeover(subject, from, clock))
        await sweep(path, mine, self)
        return lock
      })
    }
    if (result.state === 'held') {
      if (options.wait === false || (options.wait !== true && clock.monotonic() - begun >= options.wait)) throw held(options, result)
      if (announced !== result.by.token) notice(`Waiting for the ${describeHolder(subject, result.by, clock)} to finish.`)
      announced = result.by.token
    }
    await clock.sleep(pollInterval, signal)
  }
}

/** Does what belongs to taking a lock, and gives it back where that fails. Throws what it throws. */
export async function releasedOnFailure<T>(lock: Pick<Lock, 'release'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // Of the two failures the first is the one to mend.
    await lock.release().catch(() => undefined)
    throw error
  }
}

/** What a lock among the tools of a host needs of a command: `toolsPath` is where it lies. */
export type LockHost = Pick<BuildContext, 'toolsPath' | 'clock' | 'signal' | 'log'>

/**
 * Does the work while no other command does any on the same of what all apps of a host share: the installation of a tool, the change of a
 * file. `subject` is in the name of the lock, and in messages with `operation`. Waits as long as the holder lives, so the work must not
 * take for ever. Throws the signal's reason, and what the work throws.
 */
export async function withLock<T>(host: LockHost, what: Pick<LockOptions, 'subject' | 'operation'>, work: () => Promise<T>): Promise<T> {
  const { toolsPath, clock, signal, log } = host
  const lock = await takeLock({
    ...what,
    path: join(toolsPath, `.${what.subject}.lock`),
    clock,
    wait: true,
    signal,
    notice: (text) => log.info(text),
    prepare: async () => void (await mkdir(toolsPath, { recursive: true })),
  })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

type Attempt =
  | { readonly state: 'taken'; readonly from?: LockContent }
  | { readonly state: 'held'; readonly by: Holder; readonly liveness: Liveness }
  /** Another has just done something to it: look again. */
  | { readonly state: 'moving' }
  /** Its directory was removed meanwhile. */
  | { readonly state: 'vanished'; readonly cause: unknown }

const pollInterval = 50
/** Apps are not destroyed that often: the directory cannot be made. */
const mostVanishings = 20

async function prepareAndTry({ path, prepare }: LockOptions, mine: Holder, self: ProcessIdentity): Promise<Attempt> {
  try {
    await prepare()
    return await tryToTake(path, mine, self)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    return { state: 'vanished', cause: error }
  }
}

async function tryToTake(path: string, mine: Holder, self: ProcessIdentity): Promise<Attempt> {
  const holder = await readLockFile(path)
  if (holder === undefined) return (await createLockFile(path, mine)) ? { state: 'taken' } : { state: 'moving' }
  const liveness = holder.pid === null ? 'dead' : await livenessOf(holder, self)
  if (holder.pid !== null && liveness !== 'dead') return { state: 'held', by: holder, liveness }
  const right = `${path}.${holder.token}`
  const claim = await tryToTake(right, mine, self)
  if (claim.state === 'held' && claim.liveness === 'unknown') return claim
  // Its heir is at work and will soon be done.
  if (claim.state !== 'taken') return { state: 'moving' }
  try {
    if ((await readLockFile(path))?.token !== holder.token) return { state: 'moving' }
    await replaceLockFile(path, mine)
    return { state: 'taken', from: holder }
  } finally {
    await removeLockFile(right, mine.token)
  }
}

/** Removes what takers left that were killed: rights to locks that are gone, and temporary files. Ours is held, so nobody needs them. */
async function sweep(path: string, mine: Holder, self: ProcessIdentity): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const left = await readLockFile(join(dirname(path), name))
    if (left === undefined || left.pid === null || left.token === mine.token) continue
    if ((await livenessOf(left, self)) === 'dead') await removeLockFile(join(dirname(path), name), left.token)
  }
}

function held({ path, subject, clock }: LockOptions, { by, liveness }: { readonly by: Holder; readonly liveness: Liveness }): Hop3Error {
  const details = { pid: by.pid, host: by.host, operation: by.operation, since: by.since, path }
  const message = `Another command is changing ${subject}: ${describeHolder(subject, by, clock)}.`
  if (liveness === 'alive') {
    return hop3Error('lock.held', message, { hint: 'Run the command again when it has finished, or add --wait.', details })
  }
  return hop3Error(
    'lock.held',
    `${message} It was started on ${visible(by.host)}, another machine or container, so whether it still runs cannot be seen from here.`,
    {
      hint: `If it has ended, remove its lock: rm ${shellQuote(path)}`,
      details,
    },
  )
}

function describeHolder(subject: string, { operation, pid, since }: Holder, clock: Clock): string {
  return `${operation} of ${subject} by pid ${pid} since ${timeOfDay(since, clock.now())}`
}

function describeTakeover(subject: string, from: LockContent, clock: Clock): string {
  if (from.pid === null) return `The lock of ${subject} was damaged; took it over.`
  return `The ${describeHolder(subject, from, clock)} ended without releasing the lock; took it over.`
}

/** `10:31:07`, with the date in front when it was another day. Local time, as on the reader's clock. */
function timeOfDay(since: string, now: Date): string {
  const date = new Date(since)
  if (Number.isNaN(date.getTime())) return visible(since)
  const two = (number: number): string => String(number).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  if (date.toDateString() === now.toDateString()) return time
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}
