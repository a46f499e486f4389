/** What every command that changes an app has around it: the lock, recovery of what an earlier command left, the journal, and undoing. */
import type { Log } from './log.ts'
import type { Host } from './host.ts'
import type { AppHome, AppState, HistoryEntry, JournalRecord, JournalStep, Lock } from './home.ts'
import { markingHost } from './marked-run.ts'
import { hop3Error, toHop3Error, type Hop3Error } from './errors.ts'
import { settle } from './settle.ts'
import { settleMove } from './settle-move.ts'

export interface Operation {
  readonly name: JournalRecord['operation']
  readonly appHome: AppHome
  readonly host: Host
  readonly log: Log
  /** As it was when the operation began. */
  readonly state: AppState
  /** Announces the next side effect in the journal. */
  readonly record: (step: JournalStep, details?: Partial<JournalRecord>) => Promise<void>
}

export interface OperationRequest {
  readonly appName: string
  readonly host: Host
  readonly operation: JournalRecord['operation']
  /** Wait for another command on this app to finish instead of throwing `lock.held`. */
  readonly wait?: boolean | undefined
}

/**
 * Runs `work` alone on the app. When it throws after its first record and before `switch`, what it began is undone before the error goes
 * on; after `switch` the error says that the release serves, and the next command finishes the rest. Only what makes a release makes a home
 * for an app, and one that failed before it had begun leaves none. Throws `lock.held`, `deploy.not-deployed`, and whatever `work` throws.
 */
export async function operate<T>(
  { appName, host, operation, wait = false }: OperationRequest,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const appHome = host.home.app(appName)
  const log = host.log.child({ phase: operation })
  const lock = await lockSettled({ appHome, host, log, operation, wait })
  const marking = markingHost(host, appName, lock.token)
  try {
    return await remembered({ appHome, host: marking, log, operation }, async (record) =>
      work({ name: operation, appHome, host: marking, log, state: await appHome.readState(), record }),
    )
  } catch (error) {
    // What kept the home from being made out or removed is not what the command failed of.
    if (makers.includes(operation)) await leaveNothing(appHome).catch(() => undefined)
    throw error
  } finally {
    await lock.release()
  }
}

/** What makes a home for an app that has none. */
const makers: readonly JournalRecord['operation'][] = ['deploy', 'run', 'build', 'import']

/** An app that a command failed to make before it had begun is none. */
async function leaveNothing(appHome: AppHome): Promise<void> {
  if (await appHome.isBlank()) await appHome.destroy()
}

type Locking = Pick<Operation, 'appHome' | 'host' | 'log'> & Pick<Required<OperationRequest>, 'operation'> & { readonly wait: boolean }

/** The lock of an app of which nothing is left unfinished, but for what a stop or destroy ends anyway. */
async function lockSettled({ appHome, host, log, operation, wait }: Locking): Promise<Lock> {
  const takesDown = operation === 'stop' || operation === 'destroy'
  const mustExist = !makers.includes(operation)
  for (;;) {
    const notice = (text: string): void => log.warn(text)
    const lock = await appHome.lock({ operation, wait, mustExist, makesRoom: takesDown, signal: host.signal, notice })
    try {
      await settleMove(host, wait)
      if (takesDown && !(await isLessThan(operation, appHome))) await appHome.endOrphans(lock.token)
      else await settle(appHome, markingHost(host, appHome.appName, lock.token), lock.token)
      if (await appHome.exists()) return lock
    } catch (error) {
      if (!mustExist) await leaveNothing(appHome).catch(() => undefined)
      await lock.release()
      throw error
    }
    // It was the destroy of an earlier command that had to be finished: the lock is gone with the home.
    await lock.release()
  }
}

/** A stop does not take the place of a destroy that was begun. */
async function isLessThan(operation: OperationRequest['operation'], appHome: AppHome): Promise<boolean> {
  return operation === 'stop' && (await appHome.openRecords()).at(-1)?.operation === 'destroy'
}

interface Remembering {
  readonly appHome: AppHome
  readonly host: Host
  readonly log: Log
  readonly operation: JournalRecord['operation']
}

/** Undoes on failure, and writes one line of history about an operation that had a release to lead to. */
async function remembered<T>(
  { appHome, host, log, operation }: Remembering,
  work: (record: Operation['record']) => Promise<T>,
): Promise<T> {
  const began = host.clock.monotonic()
  let release = ''
  const now = (): string => host.clock.now().toISOString()
  const record: Operation['record'] = async (step, details = {}) => {
    release = details.release ?? release
    await appHome.record({ time: now(), operation, step, ...details })
  }
  const remember = async (outcome: Pick<HistoryEntry, 'outcome' | 'error'>): Promise<void> => {
    if (release === '') return
    try {
      await appHome.remember({ time: now(), operation, release, milliseconds: Math.round(host.clock.monotonic() - began), ...outcome })
    } catch (error) {
      // Nothing depends on the history: what it tells of has happened all the same.
      host.log.warn(`Cannot write the history: ${toHop3Error(error, operation).message}`)
    }
  }
  try {
    const result = await work(record)
    await remember({ outcome: 'ok' })
    return result
  } catch (error) {
    const failure = toHop3Error(error, `${operation} of ${appHome.appName}`)
    const outcome = await undo({ appHome, host, log, operation }, record, failure)
    const { code, message } = failure
    await remember({ outcome: outcome === 'switched' ? 'ok' : 'failed', error: { code, message } })
    if (outcome === 'switched') throw unfinished(failure, { release, operation, appName: appHome.appName })
    if (outcome === 'undone' && host.signal.aborted) log.info(`What the ${operation} of ${appHome.appName} had begun has been undone.`)
    throw error
  }
}

interface Unfinished {
  readonly release: string
  readonly operation: string
  readonly appName: string
}

function unfinished(
  { code, message, hint, details, class: kind, cause }: Hop3Error,
  { release, operation, appName }: Unfinished,
): Hop3Error {
  return hop3Error(code, `${release} of ${appName} serves, but the ${operation} did not come to its end: ${message}`, {
    hint: `${hint === undefined ? '' : `${hint}\n`}The next command on ${appName} finishes it: \`hop3 ps ${appName}\`.`,
    details: { ...details, release },
    class: kind,
    cause,
  })
}

/**
 * Goes back to what served before, unless the switch has been made: what is left then, and of a stop or destroy, the next command
 * finishes. So does it with what cannot be undone now.
 */
async function undo(
  { appHome, host, operation }: Remembering,
  record: Operation['record'],
  failure: Hop3Error,
): Promise<'nothing' | 'undone' | 'switched' | 'left'> {
  if (operation === 'stop' || operation === 'destroy') return 'left'
  try {
    const steps = (await appHome.openRecords()).map((one) => one.step)
    if (steps.length === 0) return 'nothing'
    if (steps.includes('switch')) return 'switched'
    await record('undo')
    // The operator's Ctrl-C ended the work; it must not end the tidying up after it. Nor are our own processes left alone: what ran is over,
    // and what one of its commands put into a session of its own did not end with it.
    await settle(appHome, { ...host, signal: new AbortController().signal }, '')
    return 'undone'
  } catch (error) {
    const { message } = toHop3Error(error, 'Cannot undo it')
    host.log.error(`${message === failure.message ? 'It could not be undone either.' : message} The next command on this app tries again.`)
    return 'left'
  }
}
