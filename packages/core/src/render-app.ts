/** What a deployer would tell its orchestrator of a release: for repositories, and to look at before it is done. */
import { deploymentContext } from './contexts.ts'
import { digestOfEnv } from './converge.ts'
import type { Deployer } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { AppHome, AppState } from './home.ts'
import type { Host } from './host.ts'
import { namedDeployer } from './named-deployer.ts'
import type { ObjectChange } from './object-change.ts'
import { selectDeployer } from './select-strategy.ts'
import { targetFor } from './target.ts'

export interface RenderRequest {
  /** A deployer's name, or a target of one. Absent: the app's own. */
  readonly target?: string | undefined
  /** Absent: the one that serves, else the newest. */
  readonly release?: string | undefined
}

/**
 * Takes no lock and starts nothing. Throws `select.deployer.unknown` and `.refused`, `deploy.render`, and what deployers throw for an artifact
 * they cannot run.
 */
export async function renderApp(appName: string, host: Host, request: RenderRequest = {}): Promise<string> {
  const deployer = await deployerOf(appName, host, { ...request, verb: 'render' })
  if (deployer.render === undefined) throw nothingTo('render', deployer.name, appName)
  return deployer.render()
}

/** What deploying the release would change. Takes no lock and starts nothing. Throws as `renderApp`. */
export async function differenceOfApp(appName: string, host: Host, request: RenderRequest = {}): Promise<readonly ObjectChange[]> {
  const deployer = await deployerOf(appName, host, { ...request, verb: 'compare' })
  if (deployer.difference === undefined) throw nothingTo('compare', deployer.name, appName)
  return deployer.difference()
}

interface Question extends RenderRequest {
  readonly verb: 'render' | 'compare'
}

/** Who is named takes the release, or says why not; where nobody is, who a deploy would choose. */
async function deployerOf(appName: string, host: Host, { target, release, verb }: Question): Promise<Deployer> {
  const appHome = host.home.app(appName)
  const state = await appHome.readState()
  const id = release ?? (await appHome.current()) ?? (await appHome.releases()).findLast(({ committed }) => committed)?.id
  if (id === undefined)
    throw hop3Error('deploy.not-deployed', `${appName} has no release yet.`, {
      hint: `Make one: hop3 build, or hop3 deploy --app ${appName}`,
    })
  const generation = verb === 'render' ? state.generation : await generationOf(appHome, state, id)
  // Before the first deploy its number is the one it would have.
  const of = await targetFor({ appHome }, id, { generation: Math.max(1, generation), scale: state.scale })
  const context = await deploymentContext({ appHome, host }, of)
  if (target === undefined) return (await selectDeployer(host.registry, context, of.artifact)).chosen
  return namedDeployer({ host, context, artifact: of.artifact, named: target, verb })
}

/** The one it would be deployed with: that of now, where it serves with the variables of now. */
async function generationOf(appHome: AppHome, state: AppState, id: string): Promise<number> {
  const isSame = id === (await appHome.current()) && state.envDigest === (await digestOfEnv(await appHome.readEnv()))
  return isSame ? state.generation : state.generation + 1
}

function nothingTo(verb: string, name: string, appName: string): Error {
  return hop3Error('deploy.render', `There is nothing to ${verb} of ${appName}: the ${name} deployer tells nobody what is to run.`, {
    hint: `Name one that does: hop3 render ${appName} --target kubernetes, compose, swarm or systemd.`,
    details: { deployer: name },
  })
}
