/** Whether a release is what a build of the source as it is would make again. */
import type { App } from './app.ts'
import type { BuildArtifact } from './artifact.ts'
import type { Builder } from './builder.ts'
import { isHop3Error } from './errors.ts'
import { visible } from './names.ts'
import type { Operation } from './operation.ts'

export interface Source {
  readonly app: App
  readonly builder: Builder
  /** What the builder says of the source as it is. */
  readonly fingerprint: string
}

/** Undefined when the release was made from something else, when its artifact cannot be read, and when what it is made of is gone. Builds nothing. */
export async function madeFrom(source: Source, release: string, operation: Operation): Promise<BuildArtifact | undefined> {
  const artifact = await readableArtifact(operation, release)
  if (artifact === undefined || !isSame(artifact, source)) return undefined
  if ((await source.builder.holds?.(artifact)) !== false) return artifact
  operation.log.warn(`What ${release} is made of is gone (${visible(artifact.location)}). Building again.`)
  return undefined
}

export interface MadeRelease {
  readonly id: string
  readonly path: string
  readonly artifact: BuildArtifact
}

/** The newest release, when it is what a build would make, and none of `but`. */
export async function newestMadeFrom(
  source: Source,
  operation: Operation,
  but: readonly (string | undefined)[] = [],
): Promise<MadeRelease | undefined> {
  const newest = (await operation.appHome.releases()).findLast(({ committed }) => committed)
  if (newest === undefined || but.includes(newest.id)) return undefined
  const artifact = await madeFrom(source, newest.id, operation)
  return artifact && { id: newest.id, path: newest.path, artifact }
}

/** A damaged release is rebuilt, not complained about. */
async function readableArtifact({ appHome, log }: Operation, release: string): Promise<BuildArtifact | undefined> {
  try {
    return await appHome.artifact(release)
  } catch (error) {
    if (!isHop3Error(error) || !error.code.startsWith('artifact.')) throw error
    log.warn(`${error.message} Building again.`)
    return undefined
  }
}

function isSame(artifact: BuildArtifact, { app, fingerprint }: Source): boolean {
  if (artifact.metadata['fingerprint'] !== fingerprint) return false
  const spa = app.config.deploy.spa || artifact.metadata['spa'] === true
  return JSON.stringify(artifact.metadata['deploy']) === JSON.stringify({ ...app.config.deploy, spa })
}
