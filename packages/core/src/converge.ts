/**
 * The second half of every deploy, rollback, start, restart, scale and recovery: one wanted set of instances becomes the one that serves.
 * Every step may be repeated, so a command killed anywhere is finished by doing the same again.
 */
import { announce } from './announce.ts'
import { deploymentContext, proxyContext } from './contexts.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { Deployer, DeploymentInfo } from './deployer.ts'
import { hop3Error } from './errors.ts'
import { checkRunnable } from './existing-release.ts'
import type { AppHome, AppState } from './home.ts'
import type { Host } from './host.ts'
import { appPort, wantedPorts } from './instance-ports.ts'
import type { Operation } from './operation.ts'
import type { Route } from './proxy.ts'
import { selectDeployer, selectProxy } from './select-strategy.ts'
import { forget } from './take-down.ts'
import type { Target } from './target.ts'
import { stopUnder } from './under-deployers.ts'

export interface Served {
  readonly url: string | null
  readonly port: number | null
  readonly info: DeploymentInfo
}

export type Converging = Pick<Operation, 'appHome' | 'host' | 'state' | 'record'>

/** start → gate → route → switch → retire → prune. Throws before `switch` with the old release still serving. */
export async function converge(operation: Converging, target: Target): Promise<Served> {
  const { appHome, host, record } = operation
  const { id } = target.release
  await checkRunnable(target.artifact)
  await appHome.claimFixedPorts(deployConfigOf(target.artifact).ports)
  const context = await deploymentContext(operation, target)
  const deployer = (await selectDeployer(host.registry, context, target.artifact)).chosen
  if (target.isNew && target.artifact.runtime.beforeRun.length > 0)
    await announce(host, 'before-run', () => runBefore(deployer, target, record))

  await record('start', { release: id, generation: target.generation, scale: target.scale, deployer: deployer.name })
  const info = await announce(host, 'start', () => deployer.deploy())
  host.signal.throwIfAborted()

  await record('route', { release: id, generation: target.generation, scale: target.scale, deployer: deployer.name })
  const { url, port, proxy } = await announce(host, 'route', () => route(operation, target, info))

  await record('switch', { release: id })
  await appHome.switchTo(id)
  await appHome.writeState({
    schema: 1,
    stopped: false,
    deployer: deployer.name,
    proxy,
    generation: target.generation,
    scale: target.scale,
    port,
    url,
    envDigest: await startedWith(operation.state, target, context.appEnv),
  })

  await record('retire', { release: id })
  await announce(host, 'retire', async () => {
    await deployer.retire?.()
    await stopUnder(operation, others(deployer.name, target, operation.state))
  })
  await appHome.keepPorts(wantedPorts(target))
  await prune(appHome, host)
  await record('end', { release: id })
  return { url, port, info }
}

/** Changes when any name or value the operator set changes; says nothing about them. */
export async function digestOfEnv(env: Readonly<Record<string, string>>): Promise<string> {
  const { createHash } = await import('node:crypto')
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(env).toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .digest('hex')
}

/** Of a generation that was there before, some instances may be as old as it and others new: with another env they are not the same. */
async function startedWith(state: AppState, { generation }: Target, appEnv: Readonly<Record<string, string>>): Promise<string> {
  const now = await digestOfEnv(appEnv)
  return generation !== state.generation || state.envDigest === now ? now : ''
}

async function runBefore(deployer: Deployer, target: Target, record: Operation['record']): Promise<void> {
  for (const command of target.artifact.runtime.beforeRun) {
    await record('before-run', { release: target.release.id })
    if (deployer.exec === undefined) {
      throw hop3Error('deploy.before-run', `Cannot run "${command}" before the release: the ${deployer.name} deployer runs no commands.`, {
        hint: 'Make it part of the build: `postbuild:` in Procfile, or [build] after-build in hop3.toml.',
      })
    }
    const exitCode = await deployer.exec(command, { stdio: 'lines' })
    if (exitCode === 0) continue
    throw hop3Error('deploy.before-run', `"${command}" has to succeed before the new release may serve, but it exited with ${exitCode}.`, {
      hint: 'Its output is above. Mend it and deploy again; the version that served before still serves.',
      details: { command, exitCode, release: target.release.id },
    })
  }
}

async function route(
  { appHome, host, state }: Converging,
  target: Target,
  info: DeploymentInfo,
): Promise<{ url: string | null; port: number | null; proxy: string | null }> {
  if (info.protocol === 'none') {
    await forget({ appHome, host, state })
    return { url: null, port: state.port, proxy: null }
  }
  const { chosen } = await selectProxy(host.registry, proxyContext(host), host.proxy)
  const port = state.port ?? (await appHome.reservePort(appPort))
  const url = await chosen.apply(routeTo(appHome.appName, target, info, port))
  if (state.proxy !== chosen.name) await forget({ appHome, host, state })
  return { url, port, proxy: chosen.name }
}

function routeTo(appName: string, { release, artifact }: Target, info: DeploymentInfo, port: number): Route {
  const deploy = deployConfigOf(artifact)
  return {
    appName,
    release: release.id,
    hosts: deploy.domains,
    protocol: info.protocol,
    upstreams: info.upstreams,
    staticPaths: artifact.runtime.staticPaths,
    port,
    spa: deploy.spa,
  }
}

/** Deployers besides the chosen one that may have instances of the app. */
export function others(chosen: string, { otherDeployers }: Target, state: AppState): ReadonlySet<string> {
  return new Set([...otherDeployers, state.deployer ?? chosen].filter((name) => name !== chosen))
}

/** A release that cannot be removed costs disk, not service: the next deploy tries again. */
async function prune(appHome: AppHome, host: Host): Promise<void> {
  try {
    for (const id of await appHome.prune(host.keep)) host.log.debug(`Removed release ${id}.`)
  } catch (error) {
    host.log.warn(`Cannot remove old releases: ${error instanceof Error ? error.message : String(error)}`)
  }
}
