/** The document of a release as YAML, for people and repositories: stable from call to call, without a value of the app env. */
import { join } from 'node:path'
import { targetScale, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { openEngine, type Engine } from './engine.ts'
import { findImage, isOfRegistry, type Image } from './image.ts'
import { homeMark, networkName, projectName } from './names.ts'
import { serviceInput } from './prepare-project.ts'
import { composeDocument, type ServiceInput } from './service.ts'
import { overlayName, stackLayout, stackName } from './swarm/stack-names.ts'
import { stackDocument } from './swarm/stack-document.ts'
import { readStack } from './swarm/stack-file.ts'
import { wantedInstances } from './wanted-instances.ts'
import { commandWorkers, workerKind } from './worker-kind.ts'

/** See `Deployer.render`. Asks the engine what the image says of itself. */
export async function renderCompose(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  return withImage(context, artifact, async (image) => {
    const inputs: ServiceInput[] = []
    for (const wanted of wantedInstances(context, artifact))
      inputs.push(await serviceInput({ context: unbound(context), artifact, image }, wanted))
    return documentText(composeDocument(inputs, networkName(context.appName, homeMark(context.directories.home))), context)
  })
}

/** The same of a stack: as it was told where it runs, else as it would be where its tasks need no check of ours. */
export async function renderSwarm(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  const stack = stackName(context)
  const known = await readStack(join(stackLayout(context).generations, `${context.generation}-${context.release.id}`))
  if (known !== undefined) return documentText(known, context)
  return withImage(context, artifact, async (image) => {
    const { appName: app, generation, release } = context
    const project = projectName(app, release.id, generation, homeMark(context.directories.home))
    const counts = targetScale(artifact.runtime.workers, context.scale)
    const workers: { readonly input: ServiceInput; readonly replicas: number }[] = []
    for (const [worker, command] of Object.entries(commandWorkers(artifact.runtime.workers))) {
      const wanted = {
        app,
        worker,
        ordinal: 1,
        release: release.id,
        generation,
        project,
        service: worker,
        kind: workerKind(worker),
        command,
      }
      const input = await serviceInput({ context: unbound(context), artifact, image }, wanted)
      workers.push({ input: isOfRegistry(artifact) ? { ...input, image: artifact.location } : input, replicas: counts[worker] ?? 1 })
    }
    const gated = { canCheck: false, bootSeconds: 1, patience: artifact.runtime.healthcheckTimeout }
    return documentText(
      stackDocument({ stack, network: overlayName(stack), workers, values: context.appEnv, onlyNode: undefined, gated }),
      context,
    )
  })
}

/** No port of this host is taken for it. */
const unbound = (context: DeploymentContext): DeploymentContext => ({ ...context, reservePort: async () => 0 })

async function withImage(context: DeploymentContext, artifact: BuildArtifact, work: (image: Image) => Promise<string>): Promise<string> {
  const engine: Engine = await openEngine(context)
  try {
    return await work(await findImage(context, engine, artifact))
  } finally {
    engine.host.close()
  }
}

/** As Compose reads it: a `$` that is one is doubled, and what the operator set is said by its name. */
async function documentText(document: object, { appEnv }: Pick<DeploymentContext, 'appEnv'>): Promise<string> {
  const { stringify } = await import('yaml')
  const shown: unknown = JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === 'environment' && Array.isArray(value)) return value.map((line) => withName(String(line), appEnv))
    return typeof value === 'string' ? value.replaceAll('$', '$$$$') : value
  })
  return stringify(shown, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }).replaceAll('127.0.0.1:0:', '127.0.0.1::')
}

function withName(line: string, appEnv: DeploymentContext['appEnv']): string {
  const name = line.slice(0, line.indexOf('='))
  return Object.hasOwn(appEnv, name) ? `${name}=\${${name}}` : line
}
