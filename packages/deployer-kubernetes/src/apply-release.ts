/** Applies what a release consists of, in its order, as the only home that has an app of this name there. */
import { hop3Error, isHop3Error, visible, type DeploymentContext } from '@hop3/core'
import { apply } from './apply.ts'
import type { Cluster } from './client/cluster.ts'
import type { AppInput } from './objects/app-input.ts'
import { homeClaimName } from './objects/home-claim.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'

/** Throws `deploy.kubernetes.*`. */
export async function applyRelease(
  { signal }: Pick<DeploymentContext, 'signal'>,
  cluster: Cluster,
  { owner, namespace, options }: AppInput,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const object of objects) {
    signal.throwIfAborted()
    await apply(cluster, object, { app: owner.app, isForced: options.forceConflicts }).catch((error: unknown) => {
      throw isRefusedClaim(object, owner.app, error) ? otherHome(owner.app, namespace) : error
    })
  }
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
