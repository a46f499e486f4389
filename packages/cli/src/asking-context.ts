import { join } from 'node:path'
import { providerHost, type App, type BuildContext, type Host } from '@hop3/core'

/** What builders are asked with when nothing will be built: the release they would build into does not exist. */
export async function askingContext(app: App, host: Host): Promise<BuildContext> {
  return Object.freeze<BuildContext>({
    appName: app.name,
    sourcePath: app.sourcePath,
    config: app.config,
    release: await host.home.app(app.name).nextRelease(host.newBuildId()),
    cachePath: host.home.cachePath,
    toolsPath: join(host.home.path, 'tools'),
    env: host.toolEnv,
    secret: () => undefined,
    toolchains: await host.registry.toolchains(),
    providers: providerHost(host),
    log: host.log.child({ phase: 'select' }),
    run: host.run,
    signal: host.signal,
    clock: host.clock,
  })
}
