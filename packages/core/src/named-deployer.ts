/** The deployer that somebody has named for a release: it takes that, or the error says why it does not and what would. */
import { artifactForm } from './artifact-form.ts'
import type { BuildArtifact } from './artifact.ts'
import type { Deployer, DeployerFactory, DeploymentContext } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { Host } from './host.ts'
import { visible } from './names.ts'
import { strategyFailure } from './strategy-failure.ts'
import { described, lineFor, namesOf, takesForm } from './takes-form.ts'

export interface NamedRequest {
  readonly host: Pick<Host, 'registry'>
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  /** A deployer's name, or a target of one. */
  readonly named: string
  /** What is to be done with it, for messages. */
  readonly verb: string
}

/** Throws `select.deployer.unknown`, `select.deployer.refused`, and what the deployer throws of an artifact it cannot run. */
export async function namedDeployer(request: NamedRequest): Promise<Deployer> {
  const { host, context, artifact, named } = request
  const factories = await host.registry.deployers()
  const factory = factories.find(({ name }) => name === named) ?? factories.find(({ targets }) => targets?.includes(named))
  if (factory === undefined) throw unknown(request, factories)
  if (!takesForm(factory, [artifactForm(artifact)])) throw wrongForm(request, factory)
  const deployer = factory.create(asNamed(context, factory, named), artifact)
  const verdict = await deployer.accept().catch((error: unknown) => {
    throw strategyFailure(error, `The deployer ${factory.name}`, `looked at ${context.release.id}`)
  })
  if (!verdict.accepted) throw refused(request, verdict.reason)
  return deployer
}

/** What hop3.toml would say to have the app deployed there. */
function asNamed(context: DeploymentContext, { name, targets }: DeployerFactory, named: string): DeploymentContext {
  const { target: own, ...config } = context.config
  const target = targets === undefined ? own : targets.includes(named) ? named : targets[0]
  return Object.freeze({ ...context, config: { ...config, strategy: name, ...(target === undefined ? {} : { target }) } })
}

function unknown({ context: { appName }, named, verb }: NamedRequest, factories: readonly DeployerFactory[]): Error {
  const names = factories.map(({ name }) => name)
  return hop3Error('select.deployer.unknown', `There is no deployer ${visible(named)} to ${verb} ${appName} for.`, {
    hint: `Write for example: hop3 render ${appName} --target kubernetes. There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`,
    details: { named },
  })
}

function wrongForm({ context, artifact, named, verb }: NamedRequest, { forms = [] }: DeployerFactory): Error {
  const { appName, release } = context
  const line = lineFor(forms)
  return hop3Error(
    'select.deployer.refused',
    `Cannot ${verb} ${appName} for ${visible(named)}: its release ${release.id} is ${described(artifact)}, and ${visible(named)} takes ${namesOf(forms)}.`,
    {
      hint:
        line === undefined
          ? `Name another, or another release: hop3 releases ${appName}`
          : `In hop3.toml, ${line}. Then: hop3 build, and name what it has built where another release serves (--release).`,
      details: { named, release: release.id, taken: forms, form: artifactForm(artifact), kind: artifact.kind },
    },
  )
}

function refused({ context: { appName, release }, named, verb }: NamedRequest, reason: string): Error {
  return hop3Error(
    'select.deployer.refused',
    `Cannot ${verb} ${appName} for ${visible(named)}, which does not take its release ${release.id}: ${reason}.`,
    {
      hint: 'Mend what the reason names, or name another target.',
      details: { named, release: release.id },
    },
  )
}
