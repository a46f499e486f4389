/** What keeps a release from the cluster, found before anything is begun there. */
import { silentLog, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { withCluster } from './client/cluster.ts'
import { readPlace, wishOf } from './place.ts'
import { checkWelcome, prepare } from './prepare.ts'
import { tryRelease } from './try-release.ts'

/** See `Deployer.check`. */
export async function check(context: DeploymentContext, artifact: BuildArtifact): Promise<void> {
  const known = await readPlace(context)
  await withCluster(context, wishOf(context, known), async (cluster) => {
    const prepared = await prepare({ ...context, log: silentLog }, artifact, cluster, { known })
    await checkWelcome(cluster, prepared)
    await tryRelease(cluster, prepared)
  })
}
