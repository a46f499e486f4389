import { emptyAppConfig, freeze } from '@hop3/core'
import type { AppConfig } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'
import { namedToolchains } from './named-toolchains.ts'
import { mergeOptions } from './option-tables.ts'
import { planLayersOf } from './layer-plans.ts'
import { mergeScale } from './merge-scale.ts'
import { overrideWorkers } from './web-workers.ts'

/** Folds layers, lowest first, per key. Frozen. */
export function mergeConfigLayers(layers: readonly ConfigLayer[]): AppConfig {
  return freeze(withDeployOrigins(withToolchains(layers.reduce(mergeLayer, emptyAppConfig))))
}

/** A release outlives the configuration it was made from, and says where its strategy was named all the same. */
function withDeployOrigins(config: AppConfig): AppConfig {
  const written = (['strategy', 'target'] as const).flatMap((key) => {
    const origin = config.deploy[key] === undefined ? undefined : config.origins[`deploy.${key}`]
    return origin === undefined ? [] : [[key, origin] as const]
  })
  return written.length === 0 ? config : { ...config, deploy: { ...config.deploy, origins: Object.fromEntries(written) } }
}

function withToolchains(config: AppConfig): AppConfig {
  const named = namedToolchains(config.planLayers)
  if (named === undefined) return config
  return {
    ...config,
    build: { ...config.build, toolchains: named.names },
    origins: { ...config.origins, 'build.toolchains': named.origin },
  }
}

function mergeLayer(low: AppConfig, high: ConfigLayer): AppConfig {
  const { toolchains: _, ...build } = high.build ?? {}
  const { runtime, deploy } = high
  return {
    metadata: { ...low.metadata, ...high.metadata },
    build: {
      ...low.build,
      ...build,
      ignore: [...low.build.ignore, ...(build.ignore ?? [])],
      options: mergeOptions(low.build.options, build.options ?? {}),
      versions: versionsOf(low, high),
      ...(build.optionVariables === undefined ? {} : { optionVariables: { ...low.build.optionVariables, ...build.optionVariables } }),
    },
    runtime: {
      ...low.runtime,
      ...runtime,
      workers: overrideWorkers(low.runtime.workers, runtime?.workers ?? {}),
      ...(low.runtime.staticPaths && runtime?.staticPaths ? { staticPaths: { ...low.runtime.staticPaths, ...runtime.staticPaths } } : {}),
    },
    deploy: {
      ...low.deploy,
      ...deploy,
      ...mergeScale(low, high),
      options: { ...low.deploy.options, ...deploy?.options },
    },
    env: { ...low.env, ...high.env },
    planLayers: [...low.planLayers, ...planLayersOf(high)],
    origins: { ...low.origins, ...high.origins },
    warnings: [...low.warnings, ...(high.warnings ?? [])],
  }
}

/** A layer's versions, wherever in it they stand, over those of the layers below. */
function versionsOf(low: AppConfig, { build, plans = [] }: ConfigLayer): AppConfig['build']['versions'] {
  const inPlans = plans.flatMap(({ plan }) => Object.entries(plan.versions ?? {}))
  return { ...low.build.versions, ...Object.fromEntries(inPlans), ...build?.versions }
}
