/** Artifacts that are no files of a release: an image lies in a container engine. Bundles carry them without knowing what they are. */
import type { BuildArtifact } from './artifact.ts'
import type { Clock, Run } from './command.ts'
import type { Log } from './log.ts'

/** Everything a store may use. Frozen. */
export interface StoreContext {
  /** The host's environment reduced to what tools may see. */
  readonly env: Readonly<Record<string, string>>
  /** `$HOP3_HOME/tools`: a store of a user's own may lie there. */
  readonly toolsPath?: string
  /** `$HOP3_HOME/cache`: what a store writes for as long as it takes lies there. */
  readonly cachePath?: string
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
   * what is there already succeeds. `releasePath` is the directory of the reserved release. Throws `artifact.damaged` when it is not what the
   * artifact names.
   */
  load(artifact: BuildArtifact, bytes: AsyncIterable<Uint8Array>, releasePath?: string): Promise<BuildArtifact>
  /**
   * Holds on to what the artifact names for another release, at `releasePath`, for as long as that is there. Absent: who has a store otherwise
   * removes nothing by itself. Throws `artifact.missing` where it has gone.
   */
  keep?(artifact: BuildArtifact, releasePath: string): Promise<void>
  /** What is wrong with what the artifact names, a sentence each: `hop3 verify`. Changes nothing. */
  verify?(artifact: BuildArtifact): Promise<readonly string[]>
  /**
   * Removes what a release is made of, before the release itself goes: pruned, discarded or destroyed. What somebody else has named stays,
   * without our name. Removing what is not there succeeds. Resolves to undefined, or to what needs it still, as the words after "because";
   * it then stays as it is, and is asked for again. Throws what keeps it from being found out.
   */
  remove?(leaving: LeavingRelease): Promise<string | undefined>
}

export interface LeavingRelease {
  readonly appName: string
  readonly release: string
  /** Absent where the build did not come to its end, or its artifact cannot be read: there may still be what bears the release's name. */
  readonly artifact?: BuildArtifact
  /** Another release of the app that stays and has the same location. */
  readonly sharedWith?: string
}
