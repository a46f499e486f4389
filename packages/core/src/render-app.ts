/** What a deployer would tell its orchestrator of a release: for repositories, and to look at before it is done. */
import { deploymentContext } from './contexts.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { Deployer } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { Host } from './host.ts'
import { visible } from './names.ts'
import { targetFor } from './target.ts'

export interface RenderRequest {
  /** A deployer's name. Absent: the app's own. */
  readonly target?: string | undefined
  /** Absent: the one that serves, else the newest. */
  readonly release?: string | undefined
}

/** Takes no lock and starts nothing. Throws `select.deployer.unknown`, `deploy.render`, and what deployers throw for an artifact they cannot run. */
export async function renderApp(appName: string, host: Host, request: RenderRequest = {}): Promise<string> {
  const { deployer, name } = await deployerOf(appName, host, request)
  if (deployer.render === undefined) throw nothingTo('render', name, appName)
  return deployer.render()
}

/** What deploying the release would change. Takes no lock and starts nothing. Throws as `renderApp`. */
export async function differenceOfApp(appName: string, host: Host, request: RenderRequest = {}): Promise<string> {
  const { deployer, name } = await deployerOf(appName, host, request)
  if (deployer.difference === undefined) throw nothingTo('compare', name, appName)
  return deployer.difference()
}

async function deployerOf(appName: string, host: Host, { target, release }: RenderRequest): Promise<{ deployer: Deployer; name: string }> {
  const appHome = host.home.app(appName)
  const state = await appHome.readState()
  const id = release ?? (await appHome.current()) ?? (await appHome.releases()).findLast(({ committed }) => committed)?.id
  if (id === undefined)
    throw hop3Error('deploy.not-deployed', `${appName} has no release yet.`, {
      hint: `Make one: hop3 build, or hop3 deploy --app ${appName}`,
    })
  // Before the first deploy its number is the one it would have.
  const of = await targetFor({ appHome }, id, { generation: Math.max(1, state.generation), scale: state.scale })
  const config = deployConfigOf(of.artifact)
  const name = target ?? config.strategy ?? config.target ?? state.deployer ?? ''
  const factories = await host.registry.deployers()
  const factory = factories.find((one) => one.name === name) ?? factories.find((one) => one.targets?.includes(name))
  if (factory === undefined)
    throw hop3Error('select.deployer.unknown', `There is no deployer ${visible(name)} to render ${appName} for.`, {
      hint: `Write for example: hop3 render ${appName} --target kubernetes. There ${factories.length === 1 ? 'is' : 'are'} ${factories.map((one) => one.name).join(', ')}.`,
      details: { named: name },
    })
  const context = await deploymentContext({ appHome, host }, of)
  return { deployer: factory.create(context, of.artifact), name: factory.name }
}

function nothingTo(verb: string, name: string, appName: string): Error {
  return hop3Error('deploy.render', `There is nothing to ${verb} of ${appName}: the ${name} deployer tells nobody what is to run.`, {
    hint: `Name one that does: hop3 render ${appName} --target kubernetes, compose, swarm or systemd.`,
    details: { deployer: name },
  })
}
