import type { AppConfig, DeployConfig, EnvValue, PlanInput } from '@hop3/core'

/** What one file, or the command line, says about an app. Absent keys are left to the layers below. */
export interface ConfigLayer {
  /** `nixpacks.toml`, `hop3.toml`, `Procfile`, `app.json`, `environment`, `command line`. */
  readonly name: string
  readonly metadata?: AppConfig['metadata']
  readonly build?: Partial<AppConfig['build']>
  readonly runtime?: Partial<AppConfig['runtime']>
  readonly deploy?: Partial<DeployConfig>
  readonly env?: Readonly<Record<string, EnvValue>>
  /** Lowest first. `start.cmd` and `processes` are not here: they are `runtime.workers`. */
  readonly plans?: readonly LocatedPlan[]
  /** Key path of the AppConfig (`build.strategy`, `runtime.workers.web`, `phases.build`, …) → where it was written. */
  readonly origins: Readonly<Record<string, string>>
  readonly warnings?: readonly string[]
}

export interface LocatedPlan {
  readonly plan: PlanInput
  /** Key path of the plan (`phases.build.cmds`) → where it was written. */
  readonly origins: Readonly<Record<string, string>>
}
