import type { BuildArtifact } from './artifact.ts'
import { checkStartable } from './check-startable.ts'
import { converge } from './converge.ts'
import { deployResult, type DeployResult } from './deploy-result.ts'
import { checkRunnable } from './existing-release.ts'
import { freeze } from './freeze.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { storeFor } from './remove-artifact.ts'
import { countsByWorker } from './worker-meant.ts'

export interface RunOptions {
  readonly wait?: boolean
}

/**
 * Makes an artifact serve that was built before, here or elsewhere (seed: `hop3 run myapp --artifact artifact.json`). One that lies in a
 * release of this app makes that release serve; any other gets a release of its own that refers to it. One built for another app is warned
 * of: the app is something else from then on. `before_run` runs.
 */
export async function runArtifact(appName: string, artifact: BuildArtifact, host: Host, { wait }: RunOptions = {}): Promise<DeployResult> {
  return operate({ appName, host, operation: 'run', wait }, async (operation) => {
    const { appHome, record, state } = operation
    if (artifact.appName !== '' && artifact.appName !== appName)
      host.log.warn(`This artifact was built for the app ${artifact.appName}; from now on it is what ${appName} runs.`)
    await checkRunnable(artifact)
    checkStartable({ ...artifact, appName })
    const own = (await appHome.releases()).find(
      (one) => one.committed && one.id === artifact.metadata['release'] && artifact.location.startsWith(`${one.path}/`),
    )
    const slot = own ?? (await appHome.nextRelease(host.newBuildId()))
    await record('begin', own === undefined ? { makes: slot.id } : {})
    const committed =
      own === undefined
        ? freeze({ ...artifact, appName, metadata: { ...artifact.metadata, release: slot.id } })
        : await appHome.artifact(own.id)
    if (own === undefined) {
      const fresh = { id: slot.id, path: slot.path, buildId: artifact.buildId }
      await appHome.reserve(fresh)
      // A store that removes what nobody holds on to is told of this release, too.
      await (await storeFor(committed.builder, host))?.keep?.(committed, slot.path)
      await record('commit', { release: slot.id })
      await appHome.commit(fresh, committed)
    }
    const target = {
      release: { id: slot.id, path: slot.path },
      artifact: committed,
      generation: await appHome.nextGeneration(),
      scale: countsByWorker(committed.runtime.workers, state.scale),
      isNew: true,
      otherDeployers: [],
    }
    return deployResult(appName, slot.id, await converge(operation, target))
  })
}
