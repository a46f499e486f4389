import { own } from '@hop3/core'
import type { AppConfig, BuildPlan, Decision } from '@hop3/core'
import type { PlannedRuntime } from './planned-app.ts'

/** What the configuration decided, each with the place it was written. Values of `[env]` are named, not shown. */
export function configDecisions(config: AppConfig, plan: BuildPlan, runtime: PlannedRuntime): readonly Decision[] {
  const decided = (key: string, origin: string | undefined, value: string): readonly Decision[] =>
    origin === undefined ? [] : [{ key, value, origin }]
  const at = (key: string): string | undefined => (Object.hasOwn(config.origins, key) ? config.origins[key] : undefined)
  return [
    ...Object.entries(runtime.workers).flatMap(([name, command]) =>
      decided(`processes.${name}`, own(config.runtime.workers, name) === command ? at(`runtime.workers.${name}`) : undefined, command),
    ),
    ...decided('before-run', at('runtime.beforeRun'), runtime.beforeRun.join(' && ')),
    ...Object.entries(runtime.staticPaths).flatMap(([prefix, directory]) =>
      decided(`static.${prefix}`, at(`runtime.staticPaths.${prefix}`), directory),
    ),
    ...decided('healthcheck', at('runtime.healthcheckPath'), runtime.healthcheckPath),
    ...decided('start-timeout', at('runtime.healthcheckTimeout'), String(runtime.healthcheckTimeout)),
    ...Object.entries(plan.phases).flatMap(([name, phase]) => decided(`phases.${name}`, at(`phases.${name}`), phase.cmds.join(' && '))),
  ]
}
