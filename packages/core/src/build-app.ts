import type { App } from './app.ts'
import type { BuildArtifact } from './artifact.ts'
import { buildRelease } from './build-release.ts'
import { buildContext } from './contexts.ts'
import { madeFrom, type Source } from './made-from.ts'
import { makeGeneratedEnv } from './generated-env.ts'
import type { Host } from './host.ts'
import { operate, type Operation } from './operation.ts'
import { preflight } from './preflight.ts'
import { selectBuilder } from './select-strategy.ts'

export interface BuildOptions {
  /** Wait for another command on this app instead of throwing `lock.held`. */
  readonly wait?: boolean
  /** Build anew even when nothing has changed. */
  readonly force?: boolean
}

export interface BuildResult {
  readonly app: string
  readonly release: string
  readonly artifact: BuildArtifact
  /** False when the newest release is what the source makes: nothing was built. */
  readonly changed: boolean
}

/** Builds a release and commits it without making it serve; `runArtifact` or `rollbackApp` can. An unchanged source is not built again. */
export async function buildApp(app: App, host: Host, { wait, force }: BuildOptions = {}): Promise<BuildResult> {
  return operate({ appName: app.name, host, operation: 'build', wait }, async (operation) => {
    await preflight(app, operation)
    const slot = await operation.appHome.nextRelease(host.newBuildId())
    await makeGeneratedEnv(app, operation)
    const builder = (await selectBuilder(host.registry, await buildContext(app, slot, operation), { isBrief: true })).chosen
    const fingerprint = await builder.fingerprint?.()
    if (force !== true && fingerprint !== undefined) {
      const built = await builtAlready({ app, builder, fingerprint }, operation)
      if (built !== undefined) return built
    }
    await operation.record('begin', { makes: slot.id })
    const artifact = await buildRelease(app, builder, slot, operation)
    await operation.record('end', { release: slot.id })
    return { app: app.name, release: slot.id, artifact, changed: true }
  })
}

/** The newest release, when it is what a build would make. */
async function builtAlready(source: Source, operation: Operation): Promise<BuildResult | undefined> {
  const newest = (await operation.appHome.releases()).findLast(({ committed }) => committed)
  const artifact = newest && (await madeFrom(source, newest.id, operation))
  return newest && artifact && { app: source.app.name, release: newest.id, artifact, changed: false }
}
