import { emptyAppConfig, freeze } from '@hop3/core'
import type { AppConfig } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'
import { overrideWorkers } from './web-workers.ts'

/** Folds layers, lowest first, per key. Frozen. */
export function mergeConfigLayers(layers: readonly ConfigLayer[]): AppConfig {
  return freeze(withDeployOrigins(layers.reduce(mergeLayer, emptyAppConfig)))
}

/** A release outlives the configuration it was made from, and says where its strategy was named all the same. */
function withDeployOrigins(config: AppConfig): AppConfig {
  const written = (['strategy', 'target'] as const).flatMap((key) => {
    const origin = config.deploy[key] === undefined ? undefined : config.origins[`deploy.${key}`]
    return origin === undefined ? [] : [[key, origin] as const]
  })
  return written.length === 0 ? config : { ...config, deploy: { ...config.deploy, origins: Object.fromEntries(written) } }
}

function mergeLayer(low: AppConfig, high: ConfigLayer): AppConfig {
  const { build, runtime, deploy } = high
  return {
    metadata: { ...low.metadata, ...high.metadata },
    build: {
      ...low.build,
      ...build,
      ignore: [...low.build.ignore, ...(build?.ignore ?? [])],
      options: { ...low.build.options, ...build?.options },
      versions: { ...low.build.versions, ...build?.versions },
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
      scale: { ...low.deploy.scale, ...deploy?.scale },
      options: { ...low.deploy.options, ...deploy?.options },
    },
    env: { ...low.env, ...high.env },
    planLayers: [...low.planLayers, ...(high.plans ?? []).map((plan) => ({ origin: high.name, plan }))],
    origins: { ...low.origins, ...high.origins },
    warnings: [...low.warnings, ...(high.warnings ?? [])],
  }
}
