import type { PlanInput } from '@hop3/core'

/** What the command line may say about planning: the highest layer. */
export interface PlanOverrides {
  /** `--builder` */
  readonly builder?: string
  /** `--deployer` */
  readonly deployer?: string
  /** `--toolchain`, in order. */
  readonly toolchains?: readonly string[]
  /** Tool → version. */
  readonly versions?: Readonly<Record<string, string>>
  /** Each sets a phase's commands and nothing else of it. */
  readonly installCmd?: string
  readonly buildCmd?: string
  /** Becomes the `web` worker. */
  readonly startCmd?: string
  /** A whole layer, below the flags. */
  readonly plan?: PlanInput
}
