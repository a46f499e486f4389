/** Everything the stack of a generation needs before the swarm is told of it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkWorkerName, commandWorkers, targetScale, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { ensureServices, sayUnusedKeys } from '../data-services/ensure-services.ts'
import { findImage, isOfRegistry, type Image } from '../image.ts'
import { prepareMounts } from '../prepare-mounts.ts'
import { writeSecrets } from '../prepare-project.ts'
import type { ServiceInput } from '../service.ts'
import { expectStatus, type Engine } from '../engine.ts'
import type { Manager } from './manager.ts'
import { ensureOverlay } from './overlay.ts'
import { preview, type Preview } from './preview.ts'
import { secretNames } from './secret-names.ts'
import { serviceKey, stackLayout, stackName, volumeName } from './stack-names.ts'
import { stackDocument, withReplicas, type StackDocument } from './stack-document.ts'
import { readStack, writeStack } from './stack-file.ts'
import { stackInputs } from './stack-inputs.ts'

export interface StackPreparation {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly manager: Manager
}

export interface PreparedStack {
  readonly stack: string
  readonly directory: string
  readonly document: StackDocument
  /** Instances by worker. */
  readonly counts: Readonly<Record<string, number>>
  readonly image: Image
  /** Ends what was only there to be tried. */
  readonly end: () => Promise<void>
}

export async function prepareStack({ context, artifact, manager }: StackPreparation, deltas?: Deltas): Promise<PreparedStack> {
  const { engine } = manager
  context.signal.throwIfAborted()
  const stack = stackName(context)
  const directory = join(stackLayout(context).generations, `${context.generation}-${context.release.id}`)
  const scale = targetScale(artifact.runtime.workers, context.scale, deltas)
  const workers = Object.keys(commandWorkers(artifact.runtime.workers))
  const counts = Object.fromEntries(workers.map((worker) => [worker, scale[checkWorkerName(worker)] ?? 1]))
  const image = await findImage(context, engine, artifact)
  const network = await ensureOverlay(engine, stack)
  await ensureServices(context, engine, network)
  const known = await readStack(directory)
  const common = { stack, directory, counts, image }
  if (known !== undefined) {
    const document = withReplicas(known, Object.fromEntries(workers.map((worker) => [serviceKey(worker), counts[worker] ?? 1])))
    await writeStack(directory, document)
    return { ...common, document, end: async () => {} }
  }
  sayUnusedKeys(context)
  const inputs = await stackInputs({ context, artifact, image }, workers)
  await prepareFiles({ context, engine, stack, image, directory }, inputs)
  const web = inputs.find(({ wanted }) => wanted.kind === 'web')
  const tried: Preview | undefined =
    web === undefined || counts['web'] === 0
      ? undefined
      : await preview({ context, artifact, engine, image, input: web, network, directory })
  const document = stackDocument({
    stack,
    network,
    workers: inputs.map((input) => ({
      input: isOfRegistry(artifact) ? { ...input, image: artifact.location } : input,
      replicas: counts[input.wanted.worker] ?? 1,
    })),
    secrets: await secretNames(context, stack, inputs),
    onlyNode: isOfRegistry(artifact) ? undefined : manager.node,
    gated: {
      canCheck: tried?.canCheck ?? false,
      bootSeconds: tried?.bootSeconds ?? 1,
      patience: artifact.runtime.healthcheckTimeout,
    },
  })
  const end = async (): Promise<void> => tried?.end()
  try {
    await writeStack(directory, document)
  } catch (error) {
    await end()
    throw error
  }
  return { ...common, document, end }
}

interface FilesRequest {
  readonly context: DeploymentContext
  readonly engine: Engine
  readonly stack: string
  readonly image: Image
  readonly directory: string
}

/** On this node a volume is a directory of the app's data; elsewhere the engine makes an empty one of that name. */
async function prepareFiles({ context, engine, stack, image, directory }: FilesRequest, inputs: readonly ServiceInput[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeSecrets(context, directory, inputs)
  const sources = new Set(inputs.flatMap(({ mounts }) => mounts.map((mount) => mount.source)))
  await prepareMounts(context, engine, image, [...sources])
  for (const source of sources) {
    const body = {
      Name: volumeName(stack, source),
      Driver: 'local',
      DriverOpts: { type: 'none', o: 'bind', device: source },
      Labels: { 'hop3.stack': stack },
    }
    // 409: one of that name, made by this very command earlier.
    expectStatus(await engine.ask('POST', '/volumes/create', { body }), [201, 409], `Cannot make a volume for ${source}`)
  }
}
