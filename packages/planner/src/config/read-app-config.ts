import type { AppConfig, SourceView } from '@hop3/core'
import { createSourceView } from '../source/source-view.ts'
import type { ConfigLayer } from './config-layer.ts'
import { mergeConfigLayers } from './merge-config-layers.ts'
import type { PlanOverrides } from './plan-overrides.ts'

export interface AppConfigRequest {
  /** Absolute. */
  readonly sourcePath: string
  readonly overrides?: PlanOverrides
  /** A view of `sourcePath` that was made before: its files are not read again. */
  readonly source?: SourceView
}

/**
 * Reads what an app says about itself, lowest first: app.json, Procfile, hop3.toml (each of the last two in `hop3/` or the root), the
 * command line. Everything is validated but the strategies' own tables. Throws `config.*`, naming file:line:column.
 */
export async function readAppConfig({
  sourcePath,
  overrides,
  source = createSourceView(sourcePath),
}: AppConfigRequest): Promise<AppConfig> {
  const layers = [await appJsonLayer(source), await procfileLayer(source), await hop3TomlLayer(source), await overridesLayer(overrides)]
  return mergeConfigLayers(layers.filter((layer) => layer !== undefined))
}

// Each reader is loaded when there is something to read: validation is the better part of the time planning takes.

async function appJsonLayer(source: SourceView): Promise<ConfigLayer | undefined> {
  if (!(await source.hasFile('app.json'))) return undefined
  const { readAppJson } = await import('./app-json.ts')
  return readAppJson(source)
}

async function procfileLayer(source: SourceView): Promise<ConfigLayer | undefined> {
  const found = await findConfigFile(source, 'Procfile')
  if (found === undefined) return undefined
  const { readProcfile } = await import('./procfile.ts')
  return withWarning(await readProcfile(source, found.path), found.warning)
}

async function hop3TomlLayer(source: SourceView): Promise<ConfigLayer | undefined> {
  const found = await findConfigFile(source, 'hop3.toml')
  if (found === undefined) return undefined
  const { readHop3Toml } = await import('./hop3-toml.ts')
  return withWarning(await readHop3Toml(source, found.path), found.warning)
}

async function overridesLayer(overrides: PlanOverrides | undefined): Promise<ConfigLayer | undefined> {
  if (overrides === undefined || Object.keys(overrides).length === 0) return undefined
  const { layerOfOverrides } = await import('./overrides-layer.ts')
  return layerOfOverrides(overrides)
}

/** `hop3/<name>`, else `<name>`. */
async function findConfigFile(source: SourceView, name: string): Promise<{ readonly path: string; readonly warning?: string } | undefined> {
  const inRoot = await source.hasFile(name)
  if (!(await source.hasFile(`hop3/${name}`))) return inRoot ? { path: name } : undefined
  const path = `hop3/${name}`
  return inRoot ? { path, warning: `${name} is not read, because there is ${path}.` } : { path }
}

function withWarning(layer: ConfigLayer, warning: string | undefined): ConfigLayer {
  return warning === undefined ? layer : { ...layer, warnings: [warning, ...(layer.warnings ?? [])] }
}
