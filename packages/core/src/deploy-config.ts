import { emptyDeployConfig, type DeployConfig } from './app-config.ts'
import type { BuildArtifact } from './artifact.ts'

/**
 * What the app's configuration says about deploying this artifact. It travels in the metadata under `deploy`, written by us; an artifact
 * made elsewhere has none and gets the defaults, key by key.
 */
export function deployConfigOf(artifact: BuildArtifact): DeployConfig {
  const written = artifact.metadata['deploy']
  return isDeployConfig(written) ? { ...emptyDeployConfig, ...written } : emptyDeployConfig
}

function isDeployConfig(value: unknown): value is Partial<DeployConfig> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const written = new Map<string, unknown>(Object.entries(value))
  const fits = (key: keyof DeployConfig, test: (one: unknown) => boolean): boolean => !written.has(key) || test(written.get(key))
  const isText = (one: unknown): boolean => typeof one === 'string'
  const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one)
  return (
    fits('strategy', isText) &&
    fits('target', isText) &&
    fits('domains', (one) => Array.isArray(one) && one.every(isText)) &&
    fits('ports', Array.isArray) &&
    fits('scale', (one) => typeof one === 'object' && one !== null && Object.values(one).every(Number.isInteger)) &&
    fits('stopTimeout', (one) => typeof one === 'number' && one > 0) &&
    fits('spa', (one) => typeof one === 'boolean') &&
    fits('origins', isRecord) &&
    fits('options', isRecord)
  )
}
