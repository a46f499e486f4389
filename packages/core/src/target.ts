import type { BuildArtifact } from './artifact.ts'
import type { Scale } from './deployer.ts'
import type { AppHome } from './home.ts'
import { countsByWorker } from './worker-meant.ts'

/** A release, and how many instances of which generation of it are wanted. */
export interface Target {
  readonly release: { readonly id: string; readonly path: string }
  readonly artifact: BuildArtifact
  readonly generation: number
  /** What the operator asked for; the app's own wishes fill the rest. */
  readonly scale: Scale
  /** Run `before_run` first: for a deploy, not for anything that starts a release again. */
  readonly isNew: boolean
  /** Deployers that may have instances of this app, besides the one chosen now. */
  readonly otherDeployers: readonly string[]
}

/** A release that is there already, as something to converge to. */
export async function targetFor(
  { appHome }: { readonly appHome: AppHome },
  id: string,
  { generation, scale }: { readonly generation: number; readonly scale: Scale },
): Promise<Target> {
  const artifact = await appHome.artifact(id)
  return {
    release: { id, path: appHome.releasePath(id) },
    artifact,
    generation,
    scale: countsByWorker(artifact.runtime.workers, scale),
    isNew: false,
    otherDeployers: [],
  }
}
