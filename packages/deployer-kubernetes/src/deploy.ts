/** Rolls a release out: the cluster replaces pod by pod, we watch, and go back to what was applied before where that fails. */
import { toHop3Error, undoStart, type BuildArtifact, type Deltas, type DeploymentContext, type DeploymentInfo } from '@hop3/core'
import { addressIn } from './address.ts'
import { apply } from './apply.ts'
import { applyRelease } from './apply-release.ts'
import { withCluster, type Cluster } from './client/cluster.ts'
import { unreachableCode } from './client/failure.ts'
import { handOverCounts, isAutoscaled, sayCountsAgain, sayFirstCounts } from './counts.ts'
import { readDocument, writeDocument } from './documents.ts'
import type { AppInput } from './objects/app-input.ts'
import { homeClaimName } from './objects/home-claim.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { keyOf, labelOf, listIn, numberIn, removeOthers, tableIn, textIn, type Table, type Where } from './own-objects.ts'
import { keepPlace, readPlace, wishOf } from './place.ts'
import { leaveYoungest } from './leave-youngest.ts'
import { checkWelcome, prepare, sayWhatIsDifferent, type Prepared } from './prepare.ts'
import { untilGone } from './until-gone.ts'
import { watchRollOut } from './watch-roll-out.ts'

/** See `Deployer.deploy`. */
export async function deploy(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<DeploymentInfo> {
  context.signal.throwIfAborted()
  return withCluster(context, wishOf(context, await readPlace(context)), async (cluster) => {
    const prepared = await prepare(context, artifact, cluster, deltas)
    await checkWelcome(cluster, prepared)
    await keepPlace(context, prepared.place)
    sayWhatIsDifferent(context, artifact, prepared.input)
    const where = whereOf(prepared.input)
    const earlier = await earlierOf(context, prepared)
    await writeDocument(context, context.generation, context.release.id, prepared.objects)
    try {
      await rollOut(context, artifact, cluster, prepared)
    } catch (error) {
      const failure = toHop3Error(error, `Cannot start ${context.appName}`)
      // It cannot be told to go back either: whoever comes next does.
      if (failure.code !== unreachableCode)
        await undoStart(context, () => goBack({ ...context, signal: new AbortController().signal }, cluster, where, earlier))
      throw failure
    }
    return addressIn(context, cluster, prepared.input)
  })
}

export const whereOf = ({ owner, namespace }: AppInput): Where => ({ ...owner, namespace })

interface Earlier {
  readonly generation: number
  readonly release: string
  /** Undefined where it was applied from somewhere else. */
  readonly objects: readonly KubernetesObject[] | undefined
  /** Its Deployments, as the cluster had them. */
  readonly before: readonly Table[]
}

/** What is there now, as it was applied. */
async function earlierOf(context: DeploymentContext, { before }: Prepared): Promise<Earlier | undefined> {
  const [first] = before
  if (first === undefined) return undefined
  const [generation, release] = [Number(labelOf(first, label.generation)), labelOf(first, label.release)]
  return { generation, release, objects: await readDocument(context, generation, release), before }
}

async function rollOut(
  context: DeploymentContext,
  artifact: BuildArtifact,
  cluster: Cluster,
  { input, objects, before }: Prepared,
): Promise<void> {
  const where = whereOf(input)
  const lasting = input.workers.filter(({ kind }) => kind !== 'cron')
  await leaveYoungest(cluster, where, lasting, context.generation)
  await handOverCounts(cluster, where, input, before)
  await applyRelease(context, cluster, input, objects)
  await sayFirstCounts(cluster, where, input, before)
  const counts = lasting.map(({ worker, replicas, most }) => [worker, most === undefined ? replicas : undefined] as const)
  await watchRollOut({ context, cluster, where, counts: Object.fromEntries(counts), patience: artifact.runtime.healthcheckTimeout })
}

/** To exactly what was there; without it, to nothing. */
async function goBack(context: DeploymentContext, cluster: Cluster, where: Where, earlier: Earlier | undefined): Promise<void> {
  // Whoever comes next (`settle`) applies the release that served.
  if (earlier !== undefined && earlier.objects === undefined) return
  const objects = earlier?.objects ?? []
  await sayCountsAgain(cluster, where, objects, earlier?.before ?? [])
  for (const object of objects) await apply(cluster, object, { app: context.appName, isForced: true })
  await removeOthers(context, cluster, where, keysOf(context.appName, objects))
  if (earlier !== undefined) await writeDocument(context, earlier.generation, earlier.release, objects)
  const counts = new Map(
    objects
      .filter(({ kind }) => kind === 'Deployment')
      .map((one) => [one.metadata.labels[label.worker] ?? '', isAutoscaled(one) ? Infinity : numberIn(tableIn(one, 'spec'), 'replicas')]),
  )
  await untilGone(
    context,
    cluster,
    where,
    (pod, ordinal) => pod.generation !== earlier?.generation || ordinal > (counts.get(pod.worker) ?? 0),
  )
}

/** Of all that belongs to what is there, its Secrets included, which the documents do not have. Nothing needs none. */
export function keysOf(app: string, objects: readonly KubernetesObject[]): ReadonlySet<string> {
  if (objects.length === 0) return new Set()
  const claim = keyOf(kinds.secret.kind, homeClaimName(app))
  return new Set([claim, ...objects.flatMap((one) => [keyOf(one.kind, one.metadata.name), ...secretsOf(one)])])
}

/** Secrets a Deployment or CronJob names. */
function secretsOf(object: KubernetesObject): readonly string[] {
  const spec = tableIn(object, 'spec')
  const template =
    object.kind === 'CronJob' ? tableIn(tableIn(tableIn(spec, 'jobTemplate'), 'spec'), 'template') : tableIn(spec, 'template')
  const pod = tableIn(template, 'spec')
  const given = listIn(pod, 'containers').flatMap((one) => listIn(one, 'envFrom').map((from) => textIn(tableIn(from, 'secretRef'), 'name')))
  const pulling = listIn(pod, 'imagePullSecrets').map((one) => textIn(one, 'name'))
  return [...given, ...pulling].map((name) => keyOf(kinds.secret.kind, name))
}
