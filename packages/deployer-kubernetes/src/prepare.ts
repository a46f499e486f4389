/** Everything that has to hold before the cluster is told of a release. */
import { hop3Error, visible, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { checkRights } from './access.ts'
import { appInputOf } from './app-input-of.ts'
import { otherHome } from './apply-release.ts'
import { appObjects } from './app-objects.ts'
import { claimsOf, keepingSizes, type Claims } from './claims.ts'
import type { Cluster } from './client/cluster.ts'
import { readFacts } from './cluster-facts.ts'
import { readDocument } from './documents.ts'
import { checkVolumes } from './foreign-volumes.ts'
import { lookAtNamespace, type Looked } from './given-namespace.ts'
import { checkHosts } from './host-claims.ts'
import { imageUser, usualUser } from './image.ts'
import { tableIn, type Table } from './json-table.ts'
import type { AppInput } from './objects/app-input.ts'
import { homeClaim } from './objects/home-claim.ts'
import { kinds, type Kind, type KubernetesObject } from './objects/kinds.ts'
import { label, ownSelector } from './objects/names.ts'
import { dataPath, isExclusive } from './objects/pod.ts'
import { labelOf, listSelected } from './own-objects.ts'
import { checkSamePlace, namespaceOf, type Place } from './place.ts'
import { pullSecretOf } from './pull-secret-of.ts'

export interface Prepared {
  readonly place: Place
  /** See `Looked`. */
  readonly isHidden: boolean
  readonly input: AppInput
  readonly objects: readonly KubernetesObject[]
  /** Deployments of the app that are there, of whichever release. */
  readonly before: readonly Table[]
  readonly claims: Claims
}

export interface Asked {
  /** Where the app was before: see `readPlace`. */
  readonly known: Place | undefined
  readonly deltas?: Deltas | undefined
}

/** Throws `config.*` and `deploy.kubernetes.*` for what is wrong with the release or its place. */
export async function prepare(
  context: DeploymentContext,
  artifact: BuildArtifact,
  cluster: Cluster,
  { known, deltas }: Asked,
): Promise<Prepared> {
  context.signal.throwIfAborted()
  const { place, isHidden } = await placeIn(context, cluster, known)
  const facts = await readFacts(cluster, context.appName)
  const pulling = await pullSecretOf(context, artifact)
  const input = await appInputOf({ context, artifact, place, facts, pullSecrets: pulling === undefined ? [] : [pulling.name] }, deltas)
  checkGateway(input)
  const before = await listOfThisHome(cluster, input, kinds.deployment)
  const secrets = [homeClaim(input), ...(pulling?.make === undefined ? [] : [pulling.make(input)])]
  const claims = claimsOf(cluster, input)
  const objects = await keepingSizes(context, claims, await objectsOf(context, input))
  return { place, isHidden, input, objects: withSecrets(objects, secrets), before, claims }
}

/**
 * Whether the cluster and who else is on it let the release in. `verbs`: what is done with its objects. Throws `deploy.kubernetes.forbidden`,
 * `.other-home` and `.host-taken`.
 */
export async function checkWelcome(cluster: Cluster, prepared: Prepared, verbs = ['create', 'patch']): Promise<void> {
  const { place, input, objects, isHidden, claims } = prepared
  const namespaceVerbs = isHidden ? [...new Set(['get', ...verbs])] : verbs
  await checkRights(cluster, { app: input.owner.app, place, objects, verbs, namespaceVerbs })
  const held = await listOfThisHome(cluster, input, kinds.secret, `,${label.claim}=home`)
  // Of an app that is this home's already nobody else can have come by volumes.
  if (held.length === 0) await checkVolumes(claims, input)
  await checkHosts(cluster, input)
}

/** Where it goes: to be kept before anything is there, and not before the cluster has answered. */
async function placeIn(context: DeploymentContext, cluster: Cluster, known: Place | undefined): Promise<Looked> {
  // Where it was stopped, its volumes are.
  const here = known?.isEmpty === true && known.server !== cluster.server ? undefined : known
  const { namespace, isOwnNamespace } = namespaceOf(context, here, cluster.contextNamespace)
  const place: Place = { context: cluster.context, server: cluster.server, namespace, isOwnNamespace }
  if (known !== undefined) checkSamePlace(context, known, place)
  context.log.info(`In the namespace ${place.namespace} of the cluster ${cluster.server} (context ${cluster.context}).`)
  return lookAtNamespace(context, cluster, known, place)
}

/** Of a generation that is there already, what was applied, with the counts of now: variables that were set meanwhile are not for it. */
async function objectsOf(context: DeploymentContext, input: AppInput): Promise<readonly KubernetesObject[]> {
  const wanted = appObjects(input)
  const known = await readDocument(context, context.generation, context.release.id)
  if (known === undefined) return wanted
  const templates = new Map(known.map((one) => [`${one.kind}/${one.metadata.name}`, one]))
  return wanted.map((object) => {
    const earlier = templates.get(`${object.kind}/${object.metadata.name}`)
    return earlier === undefined ? object : withCounts(earlier, object)
  })
}

/** Of Deployments, CronJobs and autoscalers. */
const countFields = ['replicas', 'suspend', 'minReplicas', 'maxReplicas']

function withCounts(earlier: KubernetesObject, now: KubernetesObject): KubernetesObject {
  const [spec, wanted] = [tableIn(earlier, 'spec'), tableIn(now, 'spec')]
  const same = Object.entries(spec).filter(([name]) => !countFields.includes(name))
  const counts = Object.entries(wanted).filter(([name]) => countFields.includes(name))
  return 'spec' in earlier && 'spec' in now ? { ...earlier, spec: Object.fromEntries([...same, ...counts]) } : earlier
}

/** Behind the namespace, before what needs them. */
function withSecrets(objects: readonly KubernetesObject[], secrets: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const at = objects.findIndex(({ kind }) => kind !== kinds.namespace.kind)
  return [...objects.slice(0, at), ...secrets, ...objects.slice(at)]
}

/** Throws `deploy.kubernetes.other-home` for an app of the same name that somebody else has deployed there. */
async function listOfThisHome(cluster: Cluster, { owner, namespace }: AppInput, kind: Kind, more = ''): Promise<readonly Table[]> {
  const selector = `${ownSelector({ app: owner.app })}${more}`
  const found = await listSelected(cluster, kind, { app: owner.app, namespace, selector })
  if (found.some((one) => labelOf(one, label.home) !== owner.mark)) throw otherHome(owner.app, namespace)
  return found
}

function checkGateway({ options, facts, owner }: AppInput): void {
  if (options.gateway === undefined || facts.hasGateways) return
  throw hop3Error(
    'deploy.kubernetes.api-version',
    `Cannot deploy ${owner.app}: [deploy.kubernetes] gateway is ${visible(options.gateway)}, and the cluster does not know gateway.networking.k8s.io/v1.`,
    { hint: 'Take the line out for an Ingress, or have the Gateway API installed on the cluster.', details: { gateway: options.gateway } },
  )
}

/** What whoever deploys has to know of it. */
export function sayWhatIsDifferent({ log }: DeploymentContext, artifact: BuildArtifact, input: AppInput): void {
  const { instead } = imageUser(artifact, input.options.user)
  if (instead !== undefined)
    log.warn(
      `The image's user is ${instead}, which a restricted pod is not: it runs as ${usualUser}. Write USER ${usualUser} in the Dockerfile, or user = … under [deploy.kubernetes].`,
    )
  if (artifact.runtime.beforeRun.length > 0 && !input.volumes.some(({ path }) => path === dataPath))
    log.warn('What before-run and pods write to $HOP3_DATA goes with their pod. data = "1Gi" under [deploy.kubernetes] keeps it.')
  if (isExclusive(input))
    log.warn(
      `Volumes are for one node at a time: the old instances end before the new ones start, and nobody answers in between. access-mode = "ReadWriteMany" under [deploy.kubernetes] is for storage that can do more.`,
    )
}
