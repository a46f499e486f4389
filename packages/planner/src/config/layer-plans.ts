import type { PlanLayer } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'

/** The plans of a layer, with its toolchains and workers in them, so that the layers alone tell what every value of the plan replaced. */
export function planLayersOf({ name, build, runtime, plans = [], origins }: ConfigLayer): readonly PlanLayer[] {
  const { toolchains } = build ?? {}
  const workers = runtime?.workers ?? {}
  const web = Object.hasOwn(workers, 'web') ? workers['web'] : undefined
  const entries = Object.entries(workers)
  const workerOrigins = entries.flatMap(([worker]) => {
    const origin = origins[`runtime.workers.${worker}`]
    return origin === undefined ? [] : [[worker, origin] as const]
  })
  const said: PlanLayer = {
    origin: name,
    plan: {
      ...(toolchains === undefined ? {} : { providers: [...toolchains] }),
      ...(entries.length === 0 ? {} : { processes: { ...workers } }),
      ...(web === undefined ? {} : { start: { cmd: web } }),
    },
    origins: Object.fromEntries([
      ...(toolchains === undefined || origins['build.toolchains'] === undefined
        ? []
        : [['providers', origins['build.toolchains']] as const]),
      ...workerOrigins.map(([worker, origin]) => [`processes.${worker}`, origin] as const),
      ...workerOrigins.flatMap(([worker, origin]) => (worker === 'web' ? [['start.cmd', origin] as const] : [])),
    ]),
  }
  const written = plans.map((one): PlanLayer => ({ origin: name, ...one }))
  return Object.keys(said.plan).length === 0 ? written : [...written, said]
}
