/** Makes the frozen values strategies are created with. */
import type { App } from './app.ts'
import { buildSecrets } from './build-secrets.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { BuildContext } from './builder.ts'
import { instancePort } from './instance-ports.ts'
import type { Converging } from './converge.ts'
import type { DeploymentContext } from './deployer.ts'
import type { ReleaseSlot } from './home.ts'
import type { Host } from './host.ts'
import type { ProviderHost } from './provider-host.ts'
import type { ProxyContext } from './proxy.ts'
import type { Target } from './target.ts'

/** `slot` need not be made where builders are only asked. `phase` is that of what they log; `look` is one that has begun. */
export async function buildContext(
  app: App,
  slot: ReleaseSlot,
  { appHome, host }: Pick<Converging, 'appHome' | 'host'>,
  phase = 'build',
  look: object = {},
): Promise<BuildContext> {
  const current = (await appHome.releases()).find(({ isCurrent }) => isCurrent)
  return Object.freeze({
    appName: app.name,
    sourcePath: app.sourcePath,
    config: app.config,
    release: slot,
    ...(current && { current: { id: current.id, path: current.path } }),
    cachePath: host.home.cachePath,
    toolsPath: `${host.home.path}/tools`,
    env: host.toolEnv,
    ...(host.loginEnv && { loginEnv: host.loginEnv }),
    secret: buildSecrets(app.name, app.config, await appHome.readEnv()),
    toolchains: await host.registry.toolchains(),
    providers: providerHost(host),
    look,
    log: host.log.child({ phase }),
    run: host.run,
    signal: host.signal,
    clock: host.clock,
  })
}

/** What planning may use of this host besides its toolchains. */
export function providerHost({ registry, home, allowProviderCode = false }: Host): ProviderHost {
  return { packages: registry.planPackages(), ignored: registry.ignored(), home: home.path, allowCode: allowProviderCode }
}

export async function deploymentContext(
  { appHome, host }: Pick<Converging, 'appHome' | 'host'>,
  target: Target,
): Promise<DeploymentContext> {
  const config = deployConfigOf(target.artifact)
  const { run, logs, data, volumes } = appHome.directories
  return Object.freeze({
    appName: appHome.appName,
    config,
    release: target.release,
    generation: target.generation,
    scale: { ...config.scale, ...target.scale },
    directories: { home: host.home.path, run, logs, data, volumes },
    appEnv: await appHome.readEnv(),
    env: host.toolEnv,
    ...(host.loginEnv && { loginEnv: host.loginEnv }),
    baseEnv: host.baseEnv,
    reservePort: (instance: string) => appHome.reservePort(instancePort(target.generation, instance)),
    allowPrivileged: host.allowPrivileged === true,
    log: host.log.child({ phase: 'start' }),
    run: host.run,
    signal: host.signal,
    clock: host.clock,
  })
}

/** What a proxy gets, in a deploy and when it is asked or told something outside of one. `phase` is that of what it logs. */
export function proxyContext(host: Host, phase = 'route'): ProxyContext {
  const { path } = host.home
  return Object.freeze({
    directories: { home: path, run: host.home.runPath, logs: `${path}/logs` },
    listen: host.listen,
    ...(host.tls && { tls: host.tls }),
    accessLog: host.accessLog === true,
    env: host.toolEnv,
    log: host.log.child({ phase }),
    run: host.run,
    signal: host.signal,
    clock: host.clock,
  })
}
