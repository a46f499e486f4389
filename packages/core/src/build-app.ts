import type { App } from './app.ts'
import type { BuildArtifact } from './artifact.ts'
import { buildRelease } from './build-release.ts'
import { builderOf, builderToDeploy } from './builder-for.ts'
import { newestMadeFrom } from './made-from.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { preflight } from './preflight.ts'

export interface BuildOptions {
  /** Wait for another command on this app instead of throwing `lock.held`. */
  readonly wait?: boolean
  /** Build anew even when nothing has changed. */
  readonly force?: boolean
  /** Refuse before the build what `deployApp` refuses. */
  readonly toDeploy?: boolean
}

export interface BuildResult {
  readonly app: string
  readonly release: string
  readonly artifact: BuildArtifact
  /** False when the newest release is what the source makes: nothing was built. */
  readonly changed: boolean
}

/** Builds a release and commits it without making it serve; the next deploy of the same source does. An unchanged source is not built again. */
export async function buildApp(app: App, host: Host, { wait, force, toDeploy }: BuildOptions = {}): Promise<BuildResult> {
  return operate({ appName: app.name, host, operation: 'build', wait }, async (operation) => {
    await preflight(app, operation)
    const { builder, slot } = toDeploy === true ? await builderToDeploy(app, operation) : await builderOf(app, operation)
    const fingerprint = await builder.fingerprint?.()
    if (force !== true && fingerprint !== undefined) {
      const newest = await newestMadeFrom({ app, builder, fingerprint }, operation)
      if (newest !== undefined) return { app: app.name, release: newest.id, artifact: newest.artifact, changed: false }
    }
    await operation.record('begin', { makes: slot.id })
    const artifact = await buildRelease(app, builder, slot, operation)
    await operation.record('end', { release: slot.id })
    return { app: app.name, release: slot.id, artifact, changed: true }
  })
}
