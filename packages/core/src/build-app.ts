import type { App } from './app.ts'
import type { BuildArtifact } from './artifact.ts'
import { buildRelease } from './build-release.ts'
import { buildContext } from './contexts.ts'
import { makeGeneratedEnv } from './generated-env.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { preflight } from './preflight.ts'
import { selectBuilder } from './select-strategy.ts'

export interface BuildOptions {
  readonly wait?: boolean
}

export interface BuildResult {
  readonly app: string
  readonly release: string
  readonly artifact: BuildArtifact
}

/** Builds a release and commits it without making it serve; `runArtifact` or `rollbackApp` can. */
export async function buildApp(app: App, host: Host, { wait }: BuildOptions = {}): Promise<BuildResult> {
  return operate({ appName: app.name, host, operation: 'build', wait }, async (operation) => {
    await preflight(app, operation)
    const slot = await operation.appHome.nextRelease(host.newBuildId())
    await makeGeneratedEnv(app, operation)
    const builder = (await selectBuilder(host.registry, await buildContext(app, slot, operation))).chosen
    await operation.record('begin', { makes: slot.id })
    const artifact = await buildRelease(app, builder, slot, operation)
    await operation.record('end', { release: slot.id })
    return { app: app.name, release: slot.id, artifact }
  })
}
