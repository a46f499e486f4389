import { emptyDeployConfig, type DeployConfig } from './app-config.ts'
import type { BuildArtifact } from './artifact.ts'

/**
 * What the app's configuration says about deploying this artifact. It travels in the metadata under `deploy`, checked by the artifact's
 * schema; an artifact made elsewhere may have none and gets the defaults, key by key.
 */
export function deployConfigOf(artifact: BuildArtifact): DeployConfig {
  const written = artifact.metadata['deploy']
  return isWritten(written) ? { ...emptyDeployConfig, ...written } : emptyDeployConfig
}

/** Only whether there is one: what it holds is `deployConfigSchema`'s to check, where artifacts are read. */
function isWritten(value: unknown): value is Partial<DeployConfig> {
  return typeof value === 'object' && value !== null
}
