/** What every command that changes an app has around it: the lock, recovery of what an earlier command left, the journal, and undoing. */
import type { Log } from './log.ts'
import type { Host } from './host.ts'
import type { AppHome, AppState, JournalRecord, JournalStep } from './home.ts'
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
  try {
    await settle(appHome, host)
    const began = host.clock.monotonic()
    let release = ''
    const record: Operation['record'] = async (step, details = {}) => {
      release = details.release ?? release
      await appHome.record({ time: host.clock.now().toISOString(), operation, step, ...details })
    }
    const remember = async (error?: unknown): Promise<void> => {
      if (release === '') return
      const milliseconds = Math.round(host.clock.monotonic() - began)
      const entry = { time: host.clock.now().toISOString(), operation, release, milliseconds }
      const problem = error === undefined ? undefined : toHop3Error(error, `${operation} of ${appName}`)
      await appHome.remember(
        problem ? { ...entry, outcome: 'failed', error: { code: problem.code, message: problem.message } } : { ...entry, outcome: 'ok' },
      )
    }
    try {
      const result = await work({ name: operation, appHome, host, log, state: await appHome.readState(), record })
      await remember()
      return result
    } catch (error) {
      await undo(appHome, host, record)
      await remember(error)
      throw error
    }
  } finally {
    await lock.release()
  }
}

/** Goes back to what served before, unless the switch has been made. What cannot be undone now is left to the next command. */
async function undo(appHome: AppHome, host: Host, record: Operation['record']): Promise<void> {
  try {
    const steps = (await appHome.openRecords()).map((one) => one.step)
    if (steps.length === 0 || steps.includes('switch')) return
    await record('undo')
    // The operator's Ctrl-C ended the work; it must not end the tidying up after it.
    await settle(appHome, { ...host, signal: new AbortController().signal })
  } catch (error) {
    const problem = toHop3Error(error, 'Cannot undo it')
    host.log.error(`${problem.message} The next command on this app tries again.`)
  }
}
