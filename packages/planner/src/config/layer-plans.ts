import type { PlanLayer, RuntimeInput } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'

/** The plans of a layer, with its toolchains, workers and what else it says about running in them, so that the layers alone tell what every value of the plan replaced. */
export function planLayersOf({ name, build, runtime, plans = [], origins }: ConfigLayer): readonly PlanLayer[] {
  const { toolchains } = build ?? {}
  const workers = runtime?.workers ?? {}
  const web = Object.hasOwn(workers, 'web') ? workers['web'] : undefined
  const entries = Object.entries(workers)
  const workerOrigins = entries.flatMap(([worker]) => {
    const origin = origins[`runtime.workers.${worker}`]
    return origin === undefined ? [] : [[worker, origin] as const]
  })
  const running = runtimeOf(runtime)
  const said: PlanLayer = {
    origin: name,
    plan: {
      ...(toolchains === undefined ? {} : { providers: [...toolchains] }),
      ...(entries.length === 0 ? {} : { processes: { ...workers } }),
      ...(web === undefined ? {} : { start: { cmd: web } }),
      ...(Object.keys(running).length === 0 ? {} : { runtime: running }),
    },
    origins: Object.fromEntries([
      ...(toolchains === undefined || origins['build.toolchains'] === undefined
        ? []
        : [['providers', origins['build.toolchains']] as const]),
      ...Object.entries(origins).filter(([key]) => /^runtime\.(beforeRun|healthcheckPath|staticPaths\b)/.test(key)),
      ...workerOrigins.map(([worker, origin]) => [`processes.${worker}`, origin] as const),
      ...workerOrigins.flatMap(([worker, origin]) => (worker === 'web' ? [['start.cmd', origin] as const] : [])),
    ]),
  }
  const written = plans.map((one): PlanLayer => ({ origin: name, ...one }))
  return Object.keys(said.plan).length === 0 ? written : [...written, said]
}

function runtimeOf({ beforeRun, healthcheckPath, staticPaths }: NonNullable<ConfigLayer['runtime']> = {}): RuntimeInput {
  return {
    ...(beforeRun === undefined ? {} : { beforeRun: [...beforeRun] }),
    ...(staticPaths === undefined ? {} : { staticPaths: { ...staticPaths } }),
    ...(healthcheckPath === undefined ? {} : { healthcheckPath }),
  }
}
