import { hop3Error, restartApp, toHop3Error, visible, type AppHome, type Host } from '@hop3/core'

/** `undefined` removes. */
export type EnvChanges = Readonly<Record<string, string | undefined>>

export interface ChangeEnvOptions {
  readonly wait: boolean
  readonly mayRestart: boolean
}

/**
 * Changes an app's variables and, when it is meant to run, restarts it with them. Resolves to whether it did. When the restart fails the
 * variables become what they were, and the error's hint says so. Throws `usage.unknown-variable` for one to remove that is not there.
 */
export async function changeEnv(home: AppHome, host: Host, changes: EnvChanges, { wait, mayRestart }: ChangeEnvOptions): Promise<boolean> {
  const before = await write(home, host, { wait, mustExist: false }, async () => changes)
  if (!mayRestart || !(await isMeantToRun(home))) return false
  try {
    host.log.info(`Restarting ${home.appName}.`)
    await restartApp(home.appName, host, { wait })
    return true
  } catch (thrown) {
    const error = toHop3Error(thrown, `Cannot restart ${home.appName}`)
    const outcome = await putBack(home, host, changes, before)
    throw hop3Error(error.code, error.message, {
      hint: error.hint === undefined ? outcome : `${error.hint} ${outcome}`,
      details: error.details,
      class: error.class,
      cause: error.cause,
    })
  }
}

/** Resolves to the values before. */
async function write(
  home: AppHome,
  host: Host,
  { wait, mustExist }: { readonly wait: boolean; readonly mustExist: boolean },
  wanted: (before: Readonly<Record<string, string>>) => Promise<EnvChanges>,
): Promise<Readonly<Record<string, string>>> {
  const isNew = !(await home.exists())
  const lock = await home.lock({ operation: 'env', wait, mustExist, signal: host.signal, notice: (text) => host.log.warn(text) })
  try {
    const before = await home.readEnv()
    const changes = await wanted(before)
    checkRemovable(home.appName, before, changes)
    await home.writeEnv(changes)
    return before
  } catch (error) {
    if (isNew && (await isEmpty(home))) await home.destroy()
    throw error
  } finally {
    await lock.release()
  }
}

/** Whether there is nothing of the app but what locking it has made: another command may have been first. */
async function isEmpty(home: AppHome): Promise<boolean> {
  const [releases, records, variables] = await Promise.all([home.releases(), home.openRecords(), home.readEnv()])
  return releases.length === 0 && records.length === 0 && Object.keys(variables).length === 0
}

function checkRemovable(appName: string, before: Readonly<Record<string, string>>, changes: EnvChanges): void {
  const missing = Object.keys(changes).filter((name) => changes[name] === undefined && !Object.hasOwn(before, name))
  if (missing.length === 0) return
  throw hop3Error('usage.unknown-variable', `${appName} has no variable ${missing.map(visible).join(', ')}; nothing was changed.`, {
    hint: `\`hop3 env list ${appName}\` names those it has.`,
  })
}

async function isMeantToRun(home: AppHome): Promise<boolean> {
  return (await home.current()) !== undefined && !(await home.readState()).stopped
}

/** What became of the variables, as a sentence. */
async function putBack(home: AppHome, host: Host, changes: EnvChanges, before: Readonly<Record<string, string>>): Promise<string> {
  try {
    // Past the switch the next command finishes the restart, and needs the new values for it.
    if ((await home.openRecords()).some(({ step }) => step === 'switch')) return 'The change stays: the next command finishes the restart.'
    // The Ctrl-C that ended the restart must not end the tidying up after it.
    await write(home, { ...host, signal: new AbortController().signal }, { wait: false, mustExist: true }, async (now) =>
      // What another command has set meanwhile is not ours to undo.
      Object.fromEntries(
        Object.keys(changes)
          .filter((name) => now[name] === changes[name] && now[name] !== before[name])
          .map((name) => [name, before[name]]),
      ),
    )
    return 'The variables are again what they were before.'
  } catch (thrown) {
    return `The change stays, because it cannot be taken back: ${toHop3Error(thrown, 'Cannot write the variables').message}`
  }
}
