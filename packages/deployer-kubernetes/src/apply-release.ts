/** Applies what a release consists of, in its order, as the only home that has an app of this name there. */
import { hop3Error, isHop3Error, visible, type DeploymentContext } from '@hop3/core'
import { apply, type ApplyOptions } from './apply.ts'
import type { Cluster } from './client/cluster.ts'
import type { AppInput } from './objects/app-input.ts'
import { homeClaimName } from './objects/home-claim.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'

export type Applying = Pick<AppInput, 'owner' | 'namespace' | 'options'>

/** Throws `deploy.kubernetes.*`. */
export async function applyRelease(
  { signal }: Pick<DeploymentContext, 'signal'>,
  cluster: Cluster,
  input: Applying,
  objects: readonly KubernetesObject[],
  onApplied: (object: KubernetesObject) => void = () => {},
): Promise<void> {
  for (const object of objects) {
    signal.throwIfAborted()
    await applyObject(cluster, input, object)
    onApplied(object)
  }
}

/** Resolves to the object as the cluster has it now, or would have it. Throws `deploy.kubernetes.*`. */
export async function applyObject(
  cluster: Cluster,
  { owner: { app }, namespace, options }: Applying,
  object: KubernetesObject,
  { isForced = options.forceConflicts, isDryRun = false }: Partial<Pick<ApplyOptions, 'isForced' | 'isDryRun'>> = {},
): Promise<unknown> {
  return apply(cluster, object, { app, isForced, isDryRun }).catch((error: unknown) => {
    throw isRefusedClaim(object, app, error) ? otherHome(app, namespace) : error
  })
}

/** What cannot be changed is somebody else's. */
function isRefusedClaim({ kind, metadata }: KubernetesObject, app: string, error: unknown): boolean {
  const isClaim = kind === kinds.secret.kind && metadata.name === homeClaimName(app)
  return isClaim && isHop3Error(error) && error.code === 'deploy.kubernetes.invalid'
}

export function otherHome(app: string, namespace: string): Error {
  return hop3Error(
    'deploy.kubernetes.other-home',
    `Cannot deploy ${app}: another home of Hop3 runs an app of that name in the namespace ${visible(namespace)} of the cluster.`,
    {
      hint: 'Deploy under another name (--app), into another namespace (--namespace), or stop it from where it was deployed.',
      details: { namespace },
    },
  )
}
