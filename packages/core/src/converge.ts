/**
 * The second half of every deploy, rollback, start, restart, scale and recovery: one wanted set of instances becomes the one that serves.
 * Every step may be repeated, so a command killed anywhere is finished by doing the same again.
 */
import { announce } from './announce.ts'
import { makeRoute, proxyFor } from './app-route.ts'
import { runBefore } from './before-run.ts'
import { deploymentContext } from './contexts.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { DeploymentInfo } from './deployer.ts'
import { checkRunnable } from './existing-release.ts'
import type { AppState } from './home.ts'
import { wantedPorts } from './instance-ports.ts'
import type { Operation } from './operation.ts'
import { removeArtifact } from './remove-artifact.ts'
import { selectDeployer } from './select-strategy.ts'
import type { Target } from './target.ts'
import { stopUnder } from './under-deployers.ts'

export interface Served {
  readonly url: string | null
  readonly port: number | null
  readonly info: DeploymentInfo
  readonly maintenance: boolean
}

export interface Converging extends Pick<Operation, 'appHome' | 'host' | 'state' | 'record'> {
  /** It is the way back from what failed: its steps are none of those that were asked for, and are not said. */
  readonly isWayBack?: boolean
  /** It is recovery: what an earlier command has begun is there to be ended, whatever is refused. */
  readonly isSettling?: boolean
}

/** start → gate → route → switch → retire → prune. Throws before `switch` with the old release still serving. */
export async function converge(operation: Converging, target: Target): Promise<Served> {
  const { appHome, host, record } = operation
  const step: typeof announce = operation.isWayBack === true ? async (_host, _phase, work) => work() : announce
  const { id } = target.release
  await checkRunnable(target.artifact)
  await appHome.claimFixedPorts(deployConfigOf(target.artifact).ports)
  const context = await deploymentContext(operation, target)
  const deployer = (await selectDeployer(host.registry, context, target.artifact)).chosen
  const wantedProxy = await proxyFor(operation, target)
  // Before the journal says that anything is started: what is refused here needs no way back.
  if (operation.isSettling !== true) await deployer.check?.()
  if (target.isNew && target.artifact.runtime.beforeRun.length > 0)
    await step(host, 'before-run', () => runBefore(operation, target, deployer.name))

  await record('start', { release: id, generation: target.generation, scale: target.scale, deployer: deployer.name })
  const info = await step(host, 'start', () => deployer.deploy())
  host.signal.throwIfAborted()

  await record('route', { release: id, generation: target.generation, scale: target.scale, deployer: deployer.name })
  const { url, port, proxy } = await step(host, 'route', () => makeRoute(operation, target, info, wantedProxy))

  await record('switch', { release: id })
  await appHome.switchTo(id)
  // What has no name any more has no visitors to show a page to.
  const maintenance = operation.state.maintenance === true && proxy !== null
  await appHome.writeState({
    schema: 1,
    stopped: false,
    ...(maintenance && { maintenance }),
    deployer: deployer.name,
    proxy,
    generation: target.generation,
    scale: target.scale,
    port,
    url,
    envDigest: await startedWith(operation.state, target, context.appEnv),
  })

  await record('retire', { release: id })
  await step(host, 'retire', async () => {
    await deployer.retire?.()
    await stopUnder(operation, others(deployer.name, target, operation.state))
  })
  await appHome.keepPorts(wantedPorts(target))
  await prune(operation)
  await record('end', { release: id })
  return { url, port, info, maintenance }
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

/** Deployers besides the chosen one that may have instances of the app. */
export function others(chosen: string, { otherDeployers }: Target, state: AppState): ReadonlySet<string> {
  return new Set([...otherDeployers, state.deployer ?? chosen].filter((name) => name !== chosen))
}

/** A release that cannot be removed costs disk, not service: the next deploy tries again. */
async function prune({ appHome, host }: Converging): Promise<void> {
  const mayGo = async (id: string): Promise<boolean> => {
    const isInUnits = id === (await appHome.releaseOfUnits())
    const needed = isInUnits ? 'units of systemd were printed of it' : await removeArtifact({ appHome, host }, id)
    if (needed !== undefined) host.log.info(`Release ${id} stays for now, because ${needed}.`)
    return needed === undefined
  }
  try {
    for (const id of await appHome.prune(host.keep, mayGo)) host.log.debug(`Removed release ${id}.`)
  } catch (error) {
    host.log.warn(`Cannot remove old releases: ${error instanceof Error ? error.message : String(error)}`)
  }
}
