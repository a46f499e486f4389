/** Finishes or undoes what a command left that did not come to its end. Recovery and undoing a failure are the same thing. */
import { deploymentContext, proxyContext } from './contexts.ts'
import { converge, forget, stopUnder, type Converging, type Target } from './converge.ts'
import type { Scale } from './deployer.ts'
import { toHop3Error } from './errors.ts'
import type { AppHome, JournalRecord } from './home.ts'
import type { Host } from './host.ts'
import { appPort } from './instance-ports.ts'
import { selectDeployer } from './select-strategy.ts'

/**
 * Reads the journal; does nothing when the last operation has ended. From `route` on an operation is finished, before it is undone; one
 * that can no longer be finished is undone. Afterwards `current` is committed and serves, or the app is stopped, and nothing else of it runs.
 */
export async function settle(appHome: AppHome, host: Host): Promise<void> {
  const records = await appHome.openRecords()
  const [first] = records
  if (first === undefined) return
  const steps = new Set(records.map((one) => one.step))
  const { operation } = first
  const log = host.log.child({ phase: 'recover' })
  const converging = await recoverWith(appHome, host, operation)
  if (steps.has('undo')) return goBack(converging, records)
  if (operation === 'destroy') return finishDestroy(converging)
  if (operation === 'stop') return finishStop(converging)
  const target = await announced(converging, records, 'route')
  if (target === undefined) {
    log.warn(`Undoing the ${operation} of ${appHome.appName} that was interrupted at ${first.time}.`)
    return goBack(converging, records)
  }
  log.warn(`Finishing the ${operation} of ${appHome.appName} that was interrupted at ${first.time}.`)
  try {
    await converge(converging, target)
  } catch (error) {
    log.warn(`It cannot be finished: ${toHop3Error(error, operation).message}`)
    await converging.record('undo')
    await goBack(converging, records)
  }
}

/** Stops the app and removes its home. */
export async function finishDestroy(converging: Converging): Promise<void> {
  // The journal goes with the home: its removal is the end of the operation.
  await finishStop({ ...converging, record: async () => {} })
  await converging.appHome.destroy()
}

/** Takes the app's name from the proxy, then stops every instance of it. */
export async function finishStop(converging: Converging): Promise<void> {
  const { appHome, host, state } = converging
  const current = await appHome.current()
  await forget(appHome, host, state)
  if (current !== undefined) {
    const target = await targetFor(converging, current, state)
    await stopUnder(converging, target, new Set(state.deployer === null ? [] : [state.deployer]))
  }
  await appHome.keepPorts([appPort])
  await appHome.writeState({ ...state, stopped: true, proxy: null })
  await converging.record('end')
}

/** A release that is there already, as something to converge to. */
export async function targetFor(
  { appHome }: Pick<Converging, 'appHome'>,
  id: string,
  { generation, scale }: { readonly generation: number; readonly scale: Scale },
): Promise<Target> {
  return {
    release: { id, path: appHome.releasePath(id) },
    artifact: await appHome.artifact(id),
    generation,
    scale,
    isNew: false,
    otherDeployers: [],
  }
}

async function recoverWith(appHome: AppHome, host: Host, operation: JournalRecord['operation']): Promise<Converging> {
  return {
    appHome,
    host,
    state: await appHome.readState(),
    record: (step, details = {}) => appHome.record({ time: host.clock.now().toISOString(), operation, step, ...details }),
  }
}

/** What the interrupted operation was leading to, by the last of its records that says so. */
async function announced(converging: Converging, records: readonly JournalRecord[], step: 'start' | 'route'): Promise<Target | undefined> {
  const record = records.findLast((one) => one.step === step)
  if (record?.release === undefined) return undefined
  const { generation = converging.state.generation, scale = converging.state.scale } = record
  return { ...(await targetFor(converging, record.release, { generation, scale })), otherDeployers: deployersIn(records) }
}

/** Makes what served before serve alone again. When even that is not healthy it is left as it is; the newcomers go in any case. */
async function goBack(converging: Converging, records: readonly JournalRecord[]): Promise<void> {
  const { appHome, state } = converging
  const newcomer = await announced(converging, records, 'start')
  if (newcomer !== undefined) {
    const current = await appHome.current()
    if (current === undefined || state.stopped) await removeAll(converging, newcomer, records)
    else await serveAlone(converging, { ...(await targetFor(converging, current, state)), otherDeployers: deployersIn(records) })
  }
  await discardNew(appHome, records)
  await converging.record('end')
}

async function removeAll(converging: Converging, newcomer: Target, records: readonly JournalRecord[]): Promise<void> {
  const { appHome, host, state } = converging
  if (records.some((one) => one.step === 'route')) {
    for (const factory of await host.registry.proxies()) await factory.create(proxyContext(host)).remove(appHome.appName)
  }
  await stopUnder(converging, newcomer, new Set([...newcomer.otherDeployers, ...(state.deployer === null ? [] : [state.deployer])]))
  await appHome.keepPorts([appPort])
}

async function serveAlone(converging: Converging, target: Target): Promise<void> {
  try {
    // `converge` would end the journal before the new release is discarded.
    await converge({ ...converging, record: async () => {} }, target)
  } catch (error) {
    converging.host.log.warn(`The version that served before is not healthy: ${toHop3Error(error, 'start').message}`)
    const context = await deploymentContext(converging, target)
    const { chosen } = await selectDeployer(converging.host.registry, context, target.artifact)
    await chosen.retire?.()
  }
}

/** Only a deploy makes a release; a rollback's was there before. */
async function discardNew(appHome: AppHome, records: readonly JournalRecord[]): Promise<void> {
  const begun = records.find((one) => one.step === 'begin')
  const makesRelease = begun?.operation === 'deploy' || begun?.operation === 'run' || begun?.operation === 'build'
  if (makesRelease && begun?.release !== undefined) await appHome.discard(begun.release)
}

function deployersIn(records: readonly JournalRecord[]): readonly string[] {
  return [...new Set(records.flatMap((one) => (one.deployer === undefined ? [] : [one.deployer])))]
}
