/**
 * Finishes or undoes what a command left that did not come to its end. Recovery after a kill and undoing a failure are the same thing.
 *
 * An activation (deploy, run, rollback, scale, start, restart) knows two sets of instances: the one it leads to and the one that served
 * before. Settling makes one of them serve alone. From `route` on the new one comes first, because it has been healthy; before, and after
 * `undo`, the old one; the other is tried when the first cannot serve. After `switch` there is only the new one.
 */
import { candidates, deployersOf, readableTarget, type Candidates } from './candidates.ts'
import { deploymentContext } from './contexts.ts'
import { converge, others, type Converging } from './converge.ts'
import { discardMade } from './discard-made.ts'
import { toHop3Error } from './errors.ts'
import type { AppHome, JournalRecord, JournalStep } from './home.ts'
import type { Host } from './host.ts'
import { appPort } from './instance-ports.ts'
import { settleRoute } from './remake-route.ts'
import { seeServed } from './see-served.ts'
import { selectDeployer } from './select-strategy.ts'
import { finishDestroy, finishStop, forgetEverywhere } from './take-down.ts'
import type { Target } from './target.ts'
import { stopUnder } from './under-deployers.ts'

/**
 * Does nothing when the last operation has ended. Afterwards `current` is committed and serves alone, or nothing of the app runs, or what
 * served before is unhealthy by itself, which is said and left to the next deploy. `token` is the holder's: see `AppHome.endOrphans`.
 * Throws when aborted, when the host fails, or when what passes by itself keeps it from looking; the journal then stays open.
 */
export async function settle(appHome: AppHome, host: Host, token: string): Promise<void> {
  const records = await appHome.openRecords()
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) return
  await appHome.endOrphans(token)
  // A stop or destroy does not wait for what it finds unfinished: its records follow those.
  const { operation } = last
  const converging: Converging = {
    appHome,
    host,
    state: await appHome.readState(),
    record: (step, details = {}) => appHome.record({ time: host.clock.now().toISOString(), operation, step, ...details }),
  }
  if (operation === 'destroy') return finishDestroy(converging)
  if (operation === 'stop') return finishStop(converging)
  const isUndo = records.some((one) => one.step === 'undo')
  if (!isUndo) host.log.warn(`The ${operation} of ${appHome.appName} begun at ${first.time} did not come to its end. Settling it.`)
  if (operation === 'maintenance') return settleRoute(converging)
  if (!isUndo || !(await isWhatServed(converging, records)))
    await serveOneOf({ ...converging, isWayBack: isUndo }, records, await candidates(converging, records))
  await discardMade(converging, records)
  await converging.record('end')
}

/** Whether the operation tried to start the very instances that are wanted anyway: then there is nothing to go back to. */
async function isWhatServed({ appHome, state }: Converging, records: readonly JournalRecord[]): Promise<boolean> {
  const started = records.findLast((one) => one.step === 'start')
  const isSameScale = JSON.stringify(started?.scale) === JSON.stringify(state.scale)
  return started !== undefined && started.generation === state.generation && isSameScale && started.release === (await appHome.current())
}

async function serveOneOf(converging: Converging, records: readonly JournalRecord[], { targets, stays }: Candidates): Promise<void> {
  for (const target of targets) if (await canServe(converging, target)) return
  const started = records.filter((one) => one.step === 'start')
  if (started.length === 0) return removeBeside(converging, records)
  if (stays === 'unreadable') return
  if (stays === undefined) await removeAll(converging, started)
  else await retireOthers(converging, stays)
}

/** Makes it serve. Throws when aborted, and when the host fails at the switch. */
async function canServe(converging: Converging, target: Target): Promise<boolean> {
  const { host } = converging
  const { id } = target.release
  let reached: JournalStep | undefined
  try {
    // `converge` would end the journal before the release is discarded that nobody needs.
    await converge({ ...converging, isSettling: true, record: async (step) => void (reached = step) }, target)
    return true
  } catch (error) {
    host.signal.throwIfAborted()
    if (reached === 'switch') throw error
    const { code, message, class: kind } = toHop3Error(error, 'start')
    // Nobody knows what runs where who runs it does not answer: that is no end.
    if (reached === 'start' && kind === 'retry') throw error
    if (reached === 'retire')
      host.log.warn(`${id} serves, but what ran beside it could not be taken away: ${message} The next deploy tries again.`)
    else if (reached === 'route' || code.startsWith('deploy.proxy.'))
      host.log.warn(`No route could be made to ${id}, so the last good one holds: ${message}`)
    else if (await isSeenServed(converging, target)) host.log.warn(`${id} serves as before, but could not be deployed again: ${message}`)
    else host.log.warn(`${id} could not be made to serve: ${message}`)
    return reached === 'retire'
  }
}

/** Who cannot be asked is not seen. */
async function isSeenServed(converging: Converging, target: Target): Promise<boolean> {
  return seeServed(converging, target).then(
    ({ isServed }) => isServed,
    () => false,
  )
}

/** No worker was started, but what a command before them needs beside itself may be: a database, variables. Nobody needs it, but what serves. */
async function removeBeside(converging: Converging, records: readonly JournalRecord[]): Promise<void> {
  const { appHome, state } = converging
  const otherDeployers = deployersOf(records)
  if (otherDeployers.length === 0) return
  const current = state.stopped ? undefined : await appHome.current()
  if (current === undefined) return stopUnder(converging, otherDeployers)
  const served = await readableTarget(converging, current, state)
  if (served !== undefined) await retireOthers(converging, { ...served, otherDeployers })
}

/** A first deploy that failed, or one of a stopped app: what it started and its name go. */
async function removeAll(converging: Converging, started: readonly JournalRecord[]): Promise<void> {
  const { appHome, state } = converging
  await forgetEverywhere(converging)
  const deployers = started.flatMap((one) => (one.deployer === undefined ? [] : [one.deployer]))
  await stopUnder(converging, [...deployers, ...(state.deployer === null ? [] : [state.deployer])])
  await appHome.keepPorts([appPort])
}

/** What should serve cannot; what was started beside it goes all the same. Where that fails, too, nothing that is needed is lost. */
async function retireOthers(converging: Converging, target: Target): Promise<void> {
  const { host, state } = converging
  try {
    const context = await deploymentContext(converging, target)
    const { chosen } = await selectDeployer(host.registry, context, target.artifact)
    await chosen.retire?.()
    await stopUnder(converging, others(chosen.name, target, state))
  } catch (error) {
    host.signal.throwIfAborted()
    host.log.warn(`What runs beside ${target.release.id} could not be taken away: ${toHop3Error(error, 'retire').message}`)
  }
}
