/** The document of a release as YAML, for people and repositories: stable from call to call, without a value of the app env. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { commandWorkers, targetScale, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { openEngine, type Engine } from './engine.ts'
import { findImage, isOfRegistry, type Image } from './image.ts'
import { homeMark, networkName } from './names.ts'
import { serviceInput } from './prepare-project.ts'
import { composeDocument, type ServiceInput } from './service.ts'
import { overlayName, stackLayout, stackName } from './swarm/stack-names.ts'
import { stackInputs } from './swarm/stack-inputs.ts'
import { stackDocument, type StackDocument } from './swarm/stack-document.ts'
import { readStack } from './swarm/stack-file.ts'
import { secretNames } from './swarm/secret-names.ts'
import { wantedInstances } from './wanted-instances.ts'

/** See `Deployer.render`. Asks the engine what the image says of itself. */
export async function renderCompose(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  return withImage(context, artifact, async (image) => {
    const named = withNames(context)
    const inputs: ServiceInput[] = []
    for (const wanted of wantedInstances(context, artifact))
      inputs.push(await serviceInput({ context: named.context, artifact, image }, wanted))
    return documentText(composeDocument(inputs, networkName(context.appName, homeMark(context.directories.home))), named)
  })
}

/** The same of a stack: as it was told where it runs, else as it would be where its tasks need no check of ours. */
export async function renderSwarm(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  return withImage(context, artifact, async (image) => {
    const named = withNames(context)
    const stack = stackName(context)
    const counts = targetScale(artifact.runtime.workers, context.scale)
    const inputs = await stackInputs({ context: named.context, artifact, image }, Object.keys(commandWorkers(artifact.runtime.workers)))
    const workers = inputs.map((input) => ({
      input: isOfRegistry(artifact) ? { ...input, image: artifact.location } : input,
      replicas: counts[input.wanted.worker] ?? 1,
    }))
    const gated = { canCheck: false, bootSeconds: 1, patience: artifact.runtime.healthcheckTimeout }
    const secrets = await secretNames(context, stack, inputs)
    const made = stackDocument({ stack, network: overlayName(stack), workers, secrets, onlyNode: undefined, gated })
    const told = await readStack(join(stackLayout(context).generations, `${context.generation}-${context.release.id}`))
    return documentText(told === undefined ? made : withValuesOf(made, told, named), named)
  })
}

interface Named {
  readonly context: DeploymentContext
  /** In place of a `$` that Compose is to read: a text that nothing else holds. */
  readonly dollar: string
}

/** Every variable of the app env has its own name for a value, so that no document is made of the values. No port of this host is taken for it. */
function withNames(context: DeploymentContext): Named {
  const dollar = randomUUID()
  const appEnv = Object.fromEntries(Object.keys(context.appEnv).map((name) => [name, `${dollar}{${name}}`]))
  return { context: { ...context, appEnv, reservePort: async () => 0 }, dollar }
}

async function withImage(context: DeploymentContext, artifact: BuildArtifact, work: (image: Image) => Promise<string>): Promise<string> {
  const engine: Engine = await openEngine(context)
  try {
    return await work(await findImage(context, engine, artifact))
  } finally {
    engine.host.close()
  }
}

/** Of what was told, values that anybody has who has the release: another one was the operator's, and may have been taken back since. */
function withValuesOf(made: StackDocument, told: StackDocument, { dollar }: Named): StackDocument {
  const services = Object.entries(told.services).map(([key, service]) => {
    const known = new Map(made.services[key]?.environment.map((line) => [nameOf(line), line]))
    const environment = service.environment.map((line) => {
      const name = nameOf(line)
      const now = known.get(name)
      return now !== undefined && (now === line || now.includes(dollar)) ? now : `${name}=${dollar}{${name}}`
    })
    return [key, { ...service, environment }] as const
  })
  return { ...told, services: Object.fromEntries(services) }
}

const nameOf = (line: string): string => line.slice(0, line.indexOf('='))

/** As Compose reads it: a `$` that is one is doubled. */
async function documentText(document: object, { dollar }: Named): Promise<string> {
  const { stringify } = await import('yaml')
  const shown: unknown = JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('$', '$$$$').replaceAll(dollar, '$$') : value,
  )
  return stringify(shown, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }).replaceAll('127.0.0.1:0:', '127.0.0.1::')
}
