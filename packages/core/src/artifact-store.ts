/** Artifacts that are no files of a release: an image lies in a container engine. Bundles carry them without knowing what they are. */
import type { BuildArtifact } from './artifact.ts'
import type { Clock, Run } from './command.ts'
import type { Log } from './log.ts'

/** Everything a store may use. Frozen. */
export interface StoreContext {
  /** The host's environment reduced to what tools may see. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
  readonly run: Run
  readonly signal: AbortSignal
  readonly clock: Clock
}

export interface ArtifactStore {
  /** The bytes of what the artifact's location names, for `load` on another host. Throws `artifact.missing` where it is gone. */
  save(artifact: BuildArtifact): AsyncIterable<Uint8Array>
  /** Whether `load` could take it, before anything is written. Throws `artifact.foreign`, or `environment.*` where nothing here takes it now. */
  check?(artifact: BuildArtifact): Promise<void>
  /**
   * Takes what `save` gave and resolves to the artifact as it is on this host; its app and release are already those of this host. Loading
   * what is there already succeeds. Throws `artifact.damaged` when it is not what the artifact names.
   */
  load(artifact: BuildArtifact, bytes: AsyncIterable<Uint8Array>): Promise<BuildArtifact>
}
