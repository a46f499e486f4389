import type { BuildArtifact } from './artifact.ts'

/** What a deployer must be able to do: start processes, run a container image, or publish files. */
export type ArtifactForm = 'process' | 'image' | 'site'

/**
 * Which form an artifact has. Deployers ask this and never switch on a language. A site is an artifact whose only worker is `static`
 * or whose kind says so and that has no other worker; ADR 022's `buildpack` and `nix-closure` are processes.
 */
export function artifactForm(artifact: BuildArtifact): ArtifactForm {
  if (artifact.kind === 'docker-image') return 'image'
  const processes = Object.keys(artifact.runtime.workers).filter((name) => name !== 'static')
  const hasSite = artifact.kind === 'static' || 'static' in artifact.runtime.workers
  return hasSite && processes.length === 0 ? 'site' : 'process'
}
