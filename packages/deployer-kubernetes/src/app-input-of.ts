/** What an artifact and its context are as input of the objects. */
import {
  checkWorkerName,
  commandWorkers,
  targetScale,
  workerKind,
  type BuildArtifact,
  type Deltas,
  type DeploymentContext,
} from '@hop3/core'
import { secretDigest } from '@hop3/core/files'
import { join } from 'node:path'
import type { ClusterFacts } from './cluster-facts.ts'
import { workerArgv } from './command-argv.ts'
import { appEnvironment, ownEnvironment } from './environment.ts'
import { checkPullable, healthCheck, imagePort, imageUser } from './image.ts'
import { kubernetesOptions, type KubernetesOptions } from './kubernetes-options.ts'
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import { claimName, dataClaimName, homeMark, secretName } from './objects/names.ts'
import { dataPath } from './objects/pod.ts'
import type { Place } from './place.ts'
import { cronLine } from './schedule.ts'

export interface InputRequest {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly place: Pick<Place, 'namespace' | 'isOwnNamespace'>
  readonly facts: ClusterFacts
  readonly pullSecrets: readonly string[]
}

/** Throws `config.*` and `deploy.kubernetes.*` for what no cluster can be told. */
export async function appInputOf(request: InputRequest, deltas?: Deltas): Promise<AppInput> {
  const { context, artifact, place, facts, pullSecrets } = request
  checkPullable(artifact)
  const options = kubernetesOptions(context.config)
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  const values = appEnvironment({ context, artifact })
  return {
    owner: { app: context.appName, mark: homeMark(context.directories.home) },
    namespace: place.namespace,
    isOwnNamespace: place.isOwnNamespace,
    release: context.release.id,
    generation: context.generation,
    image: artifact.location,
    workingDir: artifact.runtime.workingDir,
    user: imageUser(artifact, options.user).id,
    workers: Object.keys(commandWorkers(artifact.runtime.workers)).map((worker) =>
      workerInput(request, checkWorkerName(worker), counts[worker] ?? 1),
    ),
    environment: { name: await environmentName(context, values), values },
    volumes: volumesOf(context, options),
    domains: context.config.domains,
    stopTimeout: context.config.stopTimeout,
    options,
    facts,
    pullSecrets,
  }
}

/** `$HOP3_DATA` on request, and `[[volumes]]`, one of which may be at its place. */
function volumesOf({ appName, config }: DeploymentContext, { data, volumeSize }: KubernetesOptions): AppInput['volumes'] {
  const own = (config.volumes ?? []).map(({ name, path }) => ({ claim: claimName(appName, name), path, size: volumeSize }))
  if (data === undefined || own.some(({ path }) => path === dataPath)) return own
  return [{ claim: dataClaimName(appName), path: dataPath, size: data }, ...own]
}

/** Digested with a salt of this home: a name says nothing of the values to who may list names. */
async function environmentName({ appName, directories }: DeploymentContext, values: Readonly<Record<string, string>>): Promise<string> {
  const digest = await secretDigest(join(directories.home, 'kubernetes'), { '': null, ...values })
  return secretName(appName, 'env', digest)
}

function workerInput({ context, artifact }: InputRequest, worker: string, replicas: number): WorkerInput {
  const kind = workerKind(worker)
  const ranges = context.config.mostInstances ?? {}
  const most = kind !== 'cron' && Object.hasOwn(ranges, worker) ? ranges[worker] : undefined
  const port = kind === 'web' ? imagePort(artifact) : undefined
  const line = kind === 'cron' ? cronLine(artifact.runtime.workers[worker] ?? '', worker) : undefined
  return {
    worker,
    kind,
    argv: workerArgv(artifact, worker, kind),
    replicas,
    ...(most === undefined || replicas === 0 ? {} : { most: Math.max(most, replicas) }),
    environment: ownEnvironment({ context, artifact, worker, ...(port === undefined ? {} : { port }) }),
    limits: kubernetesOptions(context.config, worker).limits,
    ...(port === undefined ? {} : { web: { port, check: healthCheck(artifact), patience: artifact.runtime.healthcheckTimeout } }),
    ...(line === undefined
      ? {}
      : { schedule: { fields: line.fields, timeZone: context.appEnv['TZ'] ?? artifact.runtime.envVars['TZ'] ?? 'Etc/UTC' } }),
  }
}
