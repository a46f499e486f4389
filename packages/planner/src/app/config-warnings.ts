import { nearestName, workerMeant, type AppConfig, type ToolchainFactory } from '@hop3/core'
import type { PlannedRuntime } from './planned-app.ts'

/** What only shows once workers and toolchains are known: names that lead nowhere. */
export function configWarnings(
  config: AppConfig,
  workers: PlannedRuntime['workers'],
  toolchains: readonly ToolchainFactory[],
): readonly string[] {
  const at = (key: string): string => (Object.hasOwn(config.origins, key) ? `${config.origins[key]}: ` : '')
  const known = Object.keys(workers)
  const scaled = Object.keys(config.deploy.scale)
    .filter((name) => !known.includes(workerMeant(workers, name)))
    .map(
      (name) =>
        `${at(`deploy.scale.${name}`)}${name} is scaled, and no worker has that name. The workers are ${known.join(', ') || 'none'}.`,
    )
  const names = toolchains.map(({ name }) => name)
  const slips = Object.keys(config.build.options).flatMap((name) => {
    const nearest = names.includes(name) ? undefined : planTables.has(name) ? `plan.${name}` : nearestName(name, [...names, 'plan'])
    return nearest === undefined
      ? []
      : [`${at(`build.${name}`)}[build.${name}] is read by nothing known here. Did you mean [build.${nearest}]?`]
  })
  return [...scaled, ...slips]
}

/** What a plan consists of, which is written below `[build.plan]`. */
const planTables: ReadonlySet<string> = new Set(['phases', 'processes', 'runtime', 'variables', 'versions'])
