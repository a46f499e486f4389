import type { App } from './app.ts'
import type { ArtifactMetadata, BuildArtifact } from './artifact.ts'
import type { Builder } from './builder.ts'
import { hop3Error } from './errors.ts'
import { freeze } from './freeze.ts'
import type { ReleaseSlot } from './home.ts'
import { sayMissingStatics } from './missing-statics.ts'
import type { Operation } from './operation.ts'

/** Builds into a reserved release and commits it. What the builder says is checked and completed with what only the host knows. */
export async function buildRelease(
  app: App,
  builder: Builder,
  slot: ReleaseSlot,
  { appHome, host, record }: Operation,
): Promise<BuildArtifact> {
  await appHome.reserve(slot)
  await record('build', { release: slot.id, builder: builder.name })
  const built = await checkBuilt(builder.name, await builder.build())
  host.signal.throwIfAborted()
  const artifact = complete(app, slot, built, host.clock.now().toISOString())
  await record('commit', { release: slot.id })
  await appHome.commit(slot, artifact)
  await sayMissingStatics(app, artifact, host.log.child({ phase: 'build' }))
  return artifact
}

async function checkBuilt(builder: string, built: BuildArtifact): Promise<BuildArtifact> {
  const { buildArtifactSchema } = await import('./artifact.ts')
  const parsed = buildArtifactSchema.safeParse(built)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw hop3Error(
    'plugin.artifact',
    `The ${builder} builder returned an artifact that is none: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    {
      hint: `This is a defect of the package that offers the ${builder} builder; report it there.`,
    },
  )
}

function complete(app: App, slot: ReleaseSlot, built: BuildArtifact, builtAt: string): BuildArtifact {
  const spa = app.config.deploy.spa || built.metadata['spa'] === true
  const ours: ArtifactMetadata = {
    schema: 1,
    release: slot.id,
    scale: app.config.deploy.scale,
    deploy: { ...app.config.deploy, spa },
  }
  return freeze({
    ...built,
    appName: app.name,
    buildId: built.buildId || slot.buildId,
    builtAt,
    metadata: { ...ours, ...built.metadata, ...ours },
  })
}
