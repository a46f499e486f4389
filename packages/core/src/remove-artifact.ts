/** What a release is made of beside its own files goes before the release does, so that a removal that fails is tried again with it. */
import type { ArtifactStore, LeavingRelease } from './artifact-store.ts'
import type { BuildArtifact } from './artifact.ts'
import type { AppHome, JournalRecord } from './home.ts'
import type { Host } from './host.ts'

interface Removing {
  readonly appHome: AppHome
  readonly host: Host
}

/** How artifacts of the builder travel and end; undefined where they are files of their release, or the builder is not installed. */
export async function storeFor(builder: string, host: Host): Promise<ArtifactStore | undefined> {
  const factory = (await host.registry.builders()).find(({ name }) => name === builder)
  const { toolEnv: env, log, run, signal, clock } = host
  const places = { toolsPath: `${host.home.path}/tools`, cachePath: host.home.cachePath }
  return factory?.store?.(Object.freeze({ env, ...places, log: log.child({ phase: 'image' }), run, signal, clock }))
}

/** Of a committed release. Resolves to what needs it still, else to undefined; see `ArtifactStore.remove`. */
export async function removeArtifact({ appHome, host }: Removing, release: string, isLast = false): Promise<string | undefined> {
  const artifact = await readable(appHome, release)
  const store = artifact && (await storeFor(artifact.builder, host))
  if (artifact === undefined || store?.remove === undefined) return undefined
  const sharedWith = isLast ? undefined : await otherOf(appHome, release, artifact)
  const leaving: LeavingRelease = { appName: appHome.appName, release, artifact }
  return store.remove(sharedWith === undefined ? leaving : { ...leaving, sharedWith })
}

/** Of a release that was never committed. The journal says who was building; where it does not, every store is asked. */
export async function removeUnfinished({ appHome, host }: Removing, release: string, records: readonly JournalRecord[]): Promise<void> {
  const builder = records.findLast((one) => one.builder !== undefined)?.builder
  const names = builder === undefined ? (await host.registry.builders()).map(({ name }) => name) : [builder]
  for (const name of names) {
    const store = await storeFor(name, host)
    await store?.remove?.({ appName: appHome.appName, release })
  }
}

async function otherOf(appHome: AppHome, release: string, { location }: BuildArtifact): Promise<string | undefined> {
  for (const { id, committed } of await appHome.releases())
    if (committed && id !== release && (await readable(appHome, id))?.location === location) return id
  return undefined
}

async function readable(appHome: AppHome, release: string): Promise<BuildArtifact | undefined> {
  return appHome.artifact(release).catch(() => undefined)
}
