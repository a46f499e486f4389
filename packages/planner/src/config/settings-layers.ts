import type { ConfigLayer } from './config-layer.ts'
import { phaseOrigins } from './plan-origins.ts'
import type { PlanSettings } from './plan-variables.ts'

/** What variables say, as a layer of its own; none where they say nothing. */
export function settingsLayers(name: string, settings: PlanSettings, inFile: boolean): readonly ConfigLayer[] {
  const { plan, startCmd, versions, optionVariables, noCache, origins, warnings } = settings
  const options = Object.entries(optionVariables).map(([variable, given]) => [variable, { ...given, inFile }] as const)
  const layer: ConfigLayer = {
    name,
    build: {
      versions,
      optionVariables: Object.fromEntries(options),
      ...(noCache === undefined ? {} : { options: { local: { cache: false } } }),
    },
    runtime: { workers: startCmd === undefined ? {} : { web: startCmd.value } },
    plans: Object.keys(plan).length === 0 ? [] : [{ plan, origins }],
    origins: {
      ...phaseOrigins({ plan, origins }),
      ...(startCmd === undefined ? {} : { 'runtime.workers.web': startCmd.origin }),
      ...(noCache === undefined ? {} : { 'build.local.cache': noCache.origin }),
    },
    warnings,
  }
  const saysSomething =
    Object.keys(plan).length + Object.keys(versions).length + options.length + warnings.length > 0 ||
    startCmd !== undefined ||
    noCache !== undefined
  return saysSomething ? [layer] : []
}
