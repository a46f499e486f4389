/** What every command that changes an app has around it: the lock, recovery of what an earlier command left, the journal, and undoing. */
import type { Log } from './log.ts'
import type { Host } from './host.ts'
import type { AppHome, AppState, HistoryEntry, JournalRecord, JournalStep } from './home.ts'
import { markingHost } from './marked-run.ts'
import { toHop3Error } from './errors.ts'
import { settle } from './settle.ts'

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
 * on; after `switch` the next command finishes it. Throws `lock.held`, and whatever `work` throws.
 */
export async function operate<T>(
  { appName, host, operation, wait = false }: OperationRequest,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const appHome = host.home.app(appName)
  const log = host.log.child({ phase: operation })
  const lock = await appHome.lock({ operation, wait, signal: host.signal, notice: (text) => log.warn(text) })
  const marking = markingHost(host, appName, lock.token)
  try {
    await settle(appHome, marking, lock.token)
    return await remembered({ appHome, host: marking, operation }, async (record) =>
      work({ name: operation, appHome, host: marking, log, state: await appHome.readState(), record }),
    )
  } finally {
    await lock.release()
  }
}

interface Remembering {
  readonly appHome: AppHome
  readonly host: Host
  readonly operation: JournalRecord['operation']
}

/** Undoes on failure, and writes one line of history about an operation that had a release to lead to. */
async function remembered<T>({ appHome, host, operation }: Remembering, work: (record: Operation['record']) => Promise<T>): Promise<T> {
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
    await undo({ appHome, host, operation }, record)
    const { code, message } = toHop3Error(error, `${operation} of ${appHome.appName}`)
    await remember({ outcome: 'failed', error: { code, message } })
    throw error
  }
}

/**
 * Goes back to what served before, unless the switch has been made: what is left then, and of a stop or destroy, the next command
 * finishes. So does it with what cannot be undone now.
 */
async function undo({ appHome, host, operation }: Remembering, record: Operation['record']): Promise<void> {
  if (operation === 'stop' || operation === 'destroy') return
  try {
    const steps = (await appHome.openRecords()).map((one) => one.step)
    if (steps.length === 0 || steps.includes('switch')) return
    await record('undo')
    // The operator's Ctrl-C ended the work; it must not end the tidying up after it. Nor are our own processes left alone: what ran is over,
    // and what one of its commands put into a session of its own did not end with it.
    await settle(appHome, { ...host, signal: new AbortController().signal }, '')
  } catch (error) {
    const problem = toHop3Error(error, 'Cannot undo it')
    host.log.error(`${problem.message} The next command on this app tries again.`)
  }
}
