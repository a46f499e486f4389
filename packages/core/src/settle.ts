/**
 * Finishes or undoes what a command left that did not come to its end. Recovery after a kill and undoing a failure are the same thing.
 *
 * An activation (deploy, run, rollback, scale, start, restart) knows two sets of instances: the one it leads to and the one that served
 * before. Settling makes one of them serve alone. From `route` on the new one comes first, because it has been healthy; before, and after
 * `undo`, the old one; the other is tried when the first cannot serve. After `switch` there is only the new one.
 */
import { deploymentContext, proxyContext } from './contexts.ts'
import { converge, type Converging } from './converge.ts'
import { toHop3Error } from './errors.ts'
import type { AppHome, JournalRecord } from './home.ts'
import type { Host } from './host.ts'
import { appPort } from './instance-ports.ts'
import { selectDeployer } from './select-strategy.ts'
import { finishDestroy, finishStop, stopUnder } from './take-down.ts'
import { targetFor, type Target } from './target.ts'

/**
 * Does nothing when the last operation has ended. Afterwards `current` is committed and serves alone, or nothing of the app runs, or what
 * served before is unhealthy by itself, which is said and left to the next deploy. `token` is the holder's: see `AppHome.endOrphans`.
 * Throws when aborted or when the host fails; the journal then stays open.
 */
export async function settle(appHome: AppHome, host: Host, token: string): Promise<void> {
  const records = await appHome.openRecords()
  const [first] = records
  if (first === undefined) return
  await appHome.endOrphans(token)
  const { operation } = first
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
  if (!isUndo || !(await isWhatServed(converging, records))) await serveOneOf(converging, records, await candidates(converging, records))
  await discardMade(appHome, records)
  await converging.record('end')
}

/** What may serve, the better first. Empty when nothing had been started, or when nothing served before and the new was never healthy. */
async function candidates(converging: Converging, records: readonly JournalRecord[]): Promise<readonly Target[]> {
  const { appHome, state } = converging
  const steps = new Set(records.map((one) => one.step))
  const started = records.findLast((one) => one.step === 'start')
  if (started?.release === undefined) return []
  const { generation = state.generation, scale = state.scale } = started
  const otherDeployers = [...new Set(records.flatMap((one) => (one.deployer === undefined ? [] : [one.deployer])))]
  const led = steps.has('route') ? [{ ...(await targetFor(converging, started.release, { generation, scale })), otherDeployers }] : []
  if (steps.has('switch')) return led
  const current = await appHome.current()
  if (current === undefined || state.stopped) return steps.has('undo') ? [] : led
  const before = { ...(await targetFor(converging, current, state)), otherDeployers }
  return steps.has('undo') || led.length === 0 ? [before, ...led] : [...led, before]
}

/** Whether the operation tried to start the very instances that are wanted anyway: then there is nothing to go back to. */
async function isWhatServed({ appHome, state }: Converging, records: readonly JournalRecord[]): Promise<boolean> {
  const started = records.findLast((one) => one.step === 'start')
  const isSameScale = JSON.stringify(started?.scale) === JSON.stringify(state.scale)
  return started !== undefined && started.generation === state.generation && isSameScale && started.release === (await appHome.current())
}

async function serveOneOf(converging: Converging, records: readonly JournalRecord[], targets: readonly Target[]): Promise<void> {
  const { host } = converging
  for (const target of targets) {
    try {
      // `converge` would end the journal before the release is discarded that nobody needs.
      await converge({ ...converging, record: async () => {} }, target)
      return
    } catch (error) {
      host.signal.throwIfAborted()
      host.log.warn(`${target.release.id} cannot serve: ${toHop3Error(error, 'start').message}`)
    }
  }
  const started = records.filter((one) => one.step === 'start')
  if (started.length === 0) return
  const [best] = targets
  if (best === undefined) await removeAll(converging, started)
  else if (targets.length === 1) await retireOthers(converging, best)
}

/** A first deploy that failed, or one of a stopped app: what it started and its name go. */
async function removeAll(converging: Converging, started: readonly JournalRecord[]): Promise<void> {
  const { appHome, host, state } = converging
  for (const factory of await host.registry.proxies()) await factory.create(proxyContext(host)).remove(appHome.appName)
  const deployers = started.flatMap((one) => (one.deployer === undefined ? [] : [one.deployer]))
  await stopUnder(converging, [...deployers, ...(state.deployer === null ? [] : [state.deployer])])
  await appHome.keepPorts([appPort])
}

/** The one set that should serve is unhealthy by itself; what was started beside it goes all the same. */
async function retireOthers(converging: Converging, target: Target): Promise<void> {
  const context = await deploymentContext(converging, target)
  const { chosen } = await selectDeployer(converging.host.registry, context, target.artifact)
  await chosen.retire?.()
}

/** Removes the release the operation was making, unless it has come to serve. */
async function discardMade(appHome: AppHome, records: readonly JournalRecord[]): Promise<void> {
  const made = records.find((one) => one.makes !== undefined)?.makes
  if (made === undefined || made === (await appHome.current()) || made === (await appHome.previous())) return
  await appHome.discard(made)
}
