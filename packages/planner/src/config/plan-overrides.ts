import type { PlanInput } from '@hop3/core'

/** What the command line may say about planning: the highest layer. */
export interface PlanOverrides {
  /** `--builder` */
  readonly builder?: string
  /** `--deployer` */
  readonly deployer?: string
  /** `--provider`, in order; `"..."` stands for what the layers below name, else for the detected one. */
  readonly toolchains?: readonly string[]
  /** Tool → version. */
  readonly versions?: Readonly<Record<string, string>>
  /** Each sets a phase's commands and nothing else of it; an empty one leaves it none. */
  readonly installCmd?: string
  readonly buildCmd?: string
  /** Becomes the `web` worker. */
  readonly startCmd?: string
  /** `--pkgs`, `--apt`, `--libs`: in front of the lower layers' packages. */
  readonly pkgs?: readonly string[]
  readonly aptPkgs?: readonly string[]
  readonly libs?: readonly string[]
  /** `--config`: the plan file to read instead of `nixpacks.toml` or `nixpacks.json`. Inside the app. */
  readonly planFile?: string
  /** A whole layer, below the flags. */
  readonly plan?: PlanInput
  /** `--json-plan`: the same as text, below `plan`. */
  readonly jsonPlan?: JsonPlan
}

export interface JsonPlan {
  readonly text: string
  /** What messages call it: `--json-plan`, or the file it was read from. */
  readonly origin: string
}
