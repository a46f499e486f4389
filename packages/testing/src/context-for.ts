/** The contexts strategies are created with, as the pipeline makes them: complete, frozen all the way down, every path absolute. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig, formatReleaseId, freeze, type BuildContext, type DeploymentContext, type ProxyContext } from '@hop3/core'
import type { TestHost } from './test-host.ts'

/** For the app at `sourcePath`; its configuration is read from there unless given. Creates the release's directory. */
export async function buildContextFor(
  host: TestHost,
  given: Partial<BuildContext> & Pick<BuildContext, 'sourcePath'>,
): Promise<BuildContext> {
  const appName = given.appName ?? 'shop'
  const buildId = '1f3a9c2e00000000000000000000000a'
  const id = formatReleaseId(1, buildId)
  const release = given.release ?? { id, path: join(host.home, 'apps', appName, 'releases', id), buildId }
  await mkdir(release.path, { recursive: true })
  return frozen<BuildContext>({
    appName,
    config: await configOf(given.sourcePath),
    cachePath: host.cache,
    toolsPath: join(host.home, 'tools'),
    env: host.toolEnv,
    secret: () => undefined,
    toolchains: [],
    log: host.log,
    run: host.run,
    signal: new AbortController().signal,
    clock: host.clock,
    ...given,
    release,
  })
}

/** Creates the app's directories and those of the release. `generation` and `release` default to the first. */
export async function deploymentContextFor(host: TestHost, given: Partial<DeploymentContext> = {}): Promise<DeploymentContext> {
  const appName = given.appName ?? 'shop'
  const app = join(host.home, 'apps', appName)
  const release = given.release ?? releaseOf(host, 1, appName)
  const generation = given.generation ?? 1
  const [logs, data, volumes] = [join(app, 'logs'), join(app, 'shared'), join(app, 'volumes')]
  const directories = { home: host.home, run: join(host.runDirectory, appName), logs, data, volumes }
  for (const path of [directories.run, directories.logs, directories.data, directories.volumes, release.path])
    await mkdir(path, { recursive: true })
  return frozen<DeploymentContext>({
    appName,
    config: emptyDeployConfig,
    release,
    generation,
    scale: {},
    directories,
    appEnv: {},
    env: host.toolEnv,
    baseEnv: host.baseEnv,
    reservePort: (instance) => host.reservePort(`${appName}/g${generation}/${instance}`),
    log: host.log,
    run: host.run,
    signal: new AbortController().signal,
    clock: host.clock,
    ...given,
  })
}

/** The id and the path of an app's n-th release on this host. */
export function releaseOf(host: TestHost, counter: number, appName = 'shop'): { readonly id: string; readonly path: string } {
  const id = formatReleaseId(counter, '1f3a9c2e00000000000000000000000a')
  return { id, path: join(host.home, 'apps', appName, 'releases', id) }
}

/** A proxy's context on the test's host: it listens on a free port of 127.0.0.1, and `given` replaces what it names. */
export async function proxyContextFor(host: TestHost, given: Partial<ProxyContext> = {}): Promise<ProxyContext> {
  const directories = { home: host.home, run: host.runDirectory, logs: join(host.home, 'logs') }
  await mkdir(directories.logs, { recursive: true })
  return frozen<ProxyContext>({
    directories,
    listen: { address: '127.0.0.1', port: await host.reservePort('listen') },
    env: host.toolEnv,
    log: host.log,
    run: host.run,
    signal: new AbortController().signal,
    clock: host.clock,
    ...given,
  })
}

async function configOf(sourcePath: string): Promise<BuildContext['config']> {
  const { readAppConfig } = await import('@hop3/planner')
  return readAppConfig({ sourcePath })
}

/** Deeply, but for the signal: a frozen AbortSignal cannot abort. */
function frozen<T extends { readonly signal: AbortSignal }>(context: T): T {
  for (const [name, value] of Object.entries(context)) if (name !== 'signal') freeze(value)
  return Object.freeze(context)
}
