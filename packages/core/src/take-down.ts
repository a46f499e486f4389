/** Ends all that runs of an app, however damaged its releases are. */
import { deployersOf } from './candidates.ts'
import { proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import { discardMade } from './discard-made.ts'
import { toHop3Error } from './errors.ts'
import { appPort } from './instance-ports.ts'
import type { Proxy } from './proxy.ts'
import { removeArtifact } from './remove-artifact.ts'
import { forgetUnder, missing, stopUnder } from './under-deployers.ts'

/**
 * Takes the app's name from the proxy, then stops every instance of it, and what an operation left that did not come to its end. Releases
 * and data stay. The stop's own record says whether it is one of all apps.
 */
export async function finishStop(converging: Converging): Promise<void> {
  const { appHome, state } = converging
  const records = await appHome.openRecords()
  if (records.some((one) => one.step === 'route')) await forgetEverywhere(converging)
  else await forget(converging)
  await stopUnder(converging, deployersThatServed(converging, records))
  await appHome.keepPorts([appPort])
  await discardMade(converging, records)
  const { stoppedWithAll, maintenance, ...rest } = state
  // What its operator stopped by name stays so when all the others are stopped, too.
  const isWithAll = records.at(-1)?.withAll === true && (!state.stopped || stoppedWithAll === true)
  // Who stops all means the machine, which comes up again as it was.
  const kept = { stoppedWithAll: true, ...(maintenance && { maintenance }) } as const
  await appHome.writeState({ ...rest, stopped: true, proxy: null, ...(isWithAll && kept) })
  await converging.record('end')
}

/** A deploy that never came to serve may have left volumes and images with a deployer that no state names. */
async function forgetOthers({ appHome, host, state }: Converging): Promise<void> {
  const names = (await host.registry.deployers()).map(({ name }) => name).filter((name) => name !== state.deployer)
  for (const name of names)
    await forgetUnder({ appHome, host }, [name]).catch((error: unknown) => host.log.warn(toHop3Error(error, `Cannot ask ${name}`).message))
}

function deployersThatServed({ state }: Converging, records: Parameters<typeof deployersOf>[0]): readonly string[] {
  return [...(state.deployer === null ? [] : [state.deployer]), ...deployersOf(records)]
}

/** Stops the app and removes its home. */
export async function finishDestroy(converging: Converging): Promise<void> {
  // The journal goes with the home: its removal is the end of the operation.
  const records = await converging.appHome.openRecords()
  await finishStop({ ...converging, record: async () => {} })
  await forgetUnder(converging, deployersThatServed(converging, records))
  await forgetOthers(converging)
  await removeArtifacts(converging)
  await converging.appHome.destroy()
}

/** What stays has nobody left to remove it. */
async function removeArtifacts({ appHome, host }: Converging): Promise<void> {
  for (const { id } of (await appHome.releases()).filter(({ committed }) => committed)) {
    const why = await removeArtifact({ appHome, host }, id, true).catch((error: unknown) => toHop3Error(error, 'Cannot ask').message)
    if (why !== undefined) host.log.warn(`What release ${id} of ${appHome.appName} was made of stays: ${why}`)
  }
}

/** Takes the app's name from the proxy that has it. Throws `plugin.missing` when that proxy is no longer installed. */
export async function forget(converging: Pick<Converging, 'appHome' | 'host' | 'state'>): Promise<void> {
  await (await ownProxy(converging))?.remove(converging.appHome.appName)
}

/** The proxy that has the app's name; undefined where it has none. Throws `plugin.missing` when that proxy is no longer installed. */
export async function ownProxy({ appHome, host, state }: Pick<Converging, 'appHome' | 'host' | 'state'>): Promise<Proxy | undefined> {
  if (state.proxy === null) return undefined
  const factory = (await host.registry.proxies()).find((one) => one.name === state.proxy)
  if (factory === undefined) throw missing('proxy', state.proxy, appHome.appName)
  return factory.create(proxyContext(host))
}

/** Takes the app's name from every proxy: an operation that was cut off may have given it to one that no state names. */
export async function forgetEverywhere({ appHome, host }: Pick<Converging, 'appHome' | 'host'>): Promise<void> {
  for (const factory of await host.registry.proxies()) await factory.create(proxyContext(host)).remove(appHome.appName)
}
