import { emptyDeployConfig, type DeployConfig } from './app-config.ts'
import type { BuildArtifact } from './artifact.ts'
import { countsByWorker, workerMeant } from './worker-meant.ts'

/**
 * What the app's configuration says about deploying this artifact. It travels in the metadata under `deploy`, checked by the artifact's
 * schema; an artifact made elsewhere may have none and gets the defaults, key by key. Counts are by the names its builder gave the workers.
 */
export function deployConfigOf(artifact: BuildArtifact): DeployConfig {
  const written = artifact.metadata['deploy']
  return isWritten(written) ? countedByWorker({ ...emptyDeployConfig, ...written }, artifact.runtime.workers) : emptyDeployConfig
}

/** Only whether there is one: what it holds is `deployConfigSchema`'s to check, where artifacts are read. */
function isWritten(value: unknown): value is Partial<DeployConfig> {
  return typeof value === 'object' && value !== null
}

function countedByWorker(config: DeployConfig, workers: BuildArtifact['runtime']['workers']): DeployConfig {
  const { scale, mostInstances } = config
  if (mostInstances === undefined) return { ...config, scale: countsByWorker(workers, scale) }
  // A count has no range, whatever the other name's has.
  const ranges = Object.entries(mostInstances).filter(([name]) => {
    const meant = workerMeant(workers, name)
    return meant === name || !Object.hasOwn(scale, meant)
  })
  return { ...config, scale: countsByWorker(workers, scale), mostInstances: countsByWorker(workers, Object.fromEntries(ranges)) }
}
