import type { ArtifactStore, BuildArtifact, Host } from '@hop3/core'

/** How artifacts of the builder that made this one travel; undefined where they are files of their release, or the builder is not installed. */
export async function storeFor({ builder }: Pick<BuildArtifact, 'builder'>, host: Host): Promise<ArtifactStore | undefined> {
  const factory = (await host.registry.builders()).find(({ name }) => name === builder)
  const { toolEnv: env, log, run, signal, clock } = host
  return factory?.store?.(Object.freeze({ env, log: log.child({ phase: 'image' }), run, signal, clock }))
}
