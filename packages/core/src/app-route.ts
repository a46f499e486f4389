/** An app's name: which proxy is to lead to it, and the route it makes. */
import { artifactForm } from './artifact-form.ts'
import { proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { DeploymentInfo } from './deployer.ts'
import { appPort } from './instance-ports.ts'
import { plainPage } from './maintenance-page.ts'
import type { Proxy, Route } from './proxy.ts'
import { selectProxy } from './select-strategy.ts'
import { forget } from './take-down.ts'
import type { Target } from './target.ts'

export interface Routed {
  readonly url: string | null
  readonly port: number | null
  readonly proxy: string | null
}

/**
 * Before anything is started: the proxy, which could make the route as far as it can see. Undefined for an app that may have no address, when
 * nobody has named a proxy. Throws `select.proxy.*`, `deploy.proxy.*`.
 */
export async function proxyFor({ appHome, host }: Converging, { artifact }: Target): Promise<Proxy | undefined> {
  if (host.proxy === undefined && !isAsked(artifact)) return undefined
  const { chosen } = await selectProxy(host.registry, proxyContext(host), host.proxy)
  await chosen.check?.({ appName: appHome.appName, hosts: deployConfigOf(artifact).domains })
  return chosen
}

/** Whether there is somebody to ask, as far as the artifact says: a deployer may know better. */
function isAsked(artifact: Target['artifact']): boolean {
  const { workers } = artifact.runtime
  return artifactForm(artifact) !== 'process' || 'web' in workers || 'wsgi' in workers
}

/** Makes the route, or takes away the one of an app that has no address any more. */
export async function makeRoute(converging: Converging, target: Target, info: DeploymentInfo, proxy: Proxy | undefined): Promise<Routed> {
  const { appHome, host, state } = converging
  if (info.protocol === 'none') {
    await forget(converging)
    return { url: null, port: state.port, proxy: null }
  }
  const chosen = proxy ?? (await selectProxy(host.registry, proxyContext(host), host.proxy)).chosen
  const port = state.port ?? (await appHome.reservePort(appPort))
  const url = await chosen.apply(routeTo(converging, target, info, port))
  await host.home.keepListen(host.listen)
  if (state.proxy !== chosen.name) await forget(converging)
  // Scaled to zero the app keeps its name, and nobody answers there.
  return { url: info.upstreams.length === 0 ? null : url, port, proxy: chosen.name }
}

function routeTo({ appHome, state }: Converging, { release, artifact }: Target, info: DeploymentInfo, port: number): Route {
  const deploy = deployConfigOf(artifact)
  return {
    appName: appHome.appName,
    release: release.id,
    hosts: deploy.domains,
    protocol: info.protocol,
    upstreams: info.upstreams,
    // Directories of an image are none of this host's.
    staticPaths: artifactForm(artifact) === 'image' ? {} : artifact.runtime.staticPaths,
    port,
    spa: deploy.spa,
    ...(state.maintenance && { maintenance: pageOf(artifact) }),
  }
}

/** What visitors get while the app is in maintenance. An artifact that cannot be read has no page of its own. */
export function pageOf(artifact: Target['artifact'] | undefined): string {
  return (artifact && deployConfigOf(artifact).maintenancePage) ?? plainPage
}
