import { join } from 'node:path'
import { isPlanVariable, joinPaths } from '@hop3/core'
import type { AppConfig, SourceView } from '@hop3/core'
import { createSourceView } from '../source/source-view.ts'
import { composeFileLayer } from './compose-file.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { EnvironmentLayers, PlanEnvironment } from './environment-layers.ts'
import { findPlanFile, type AskedFile } from './find-plan-file.ts'
import { mergeConfigLayers } from './merge-config-layers.ts'
import type { PlanOverrides } from './plan-overrides.ts'

export interface AppConfigRequest extends PlanEnvironment {
  /** Absolute. */
  readonly sourcePath: string
  readonly overrides?: PlanOverrides
  /** A view of `sourcePath` that was made before: its files are not read again. */
  readonly source?: SourceView
}

/**
 * Reads what an app says about itself, lowest first: app.json, Procfile, hop3.toml (each of the last two in `hop3/` or the root) and a plan
 * file such as nixpacks.toml, the environment given, the command line. Everything is validated but the strategies' own tables. Throws
 * `config.*`, naming file:line:column.
 */
export async function readAppConfig(request: AppConfigRequest): Promise<AppConfig> {
  const { sourcePath, overrides, source = createSourceView(sourcePath) } = request
  const environment = await environmentOf(request)
  const asked = overrides?.planFile === undefined ? environment.planFile : { path: overrides.planFile, origin: '--config' }
  const files = await fileLayers(source, sourcePath, asked)
  const root = files.findLast(({ build }) => build?.root !== undefined)?.build?.root
  const layers = [
    await composeFileLayer(source, root),
    // `[build] root` says where the app is, and these two files are the app's.
    await appJsonLayer(root === undefined ? source : createSourceView(join(sourcePath, root))),
    await procfileLayer(source, root),
    ...files,
    ...environment.layers,
    ...(await overridesLayers(overrides)),
  ]
  return mergeConfigLayers(layers.filter((layer) => layer !== undefined))
}

// Each reader is loaded when there is something to read: validation is the better part of the time planning takes.

async function appJsonLayer(source: SourceView): Promise<ConfigLayer | undefined> {
  if (!(await isThere(source, 'app.json'))) return undefined
  const { readAppJson } = await import('./app-json.ts')
  return readAppJson(source)
}

async function procfileLayer(source: SourceView, root: string | undefined): Promise<ConfigLayer | undefined> {
  const found = await findConfigFile(source, 'Procfile', root)
  if (found === undefined) return undefined
  const { readProcfile } = await import('./procfile.ts')
  return withWarning(await readProcfile(source, found.path), found.warning)
}

async function hop3TomlLayers(source: SourceView): Promise<readonly ConfigLayer[]> {
  const found = await findConfigFile(source, 'hop3.toml')
  if (found === undefined) return []
  const { readHop3Toml } = await import('./hop3-toml.ts')
  const layers = await readHop3Toml(source, found.path)
  return layers.map((layer, index) => withWarning(layer, index === layers.length - 1 ? found.warning : undefined))
}

/** hop3.toml and the plan file are one layer, and neither wins over the other; a plan file that was asked for does. */
async function fileLayers(source: SourceView, sourcePath: string, asked: AskedFile | undefined): Promise<readonly ConfigLayer[]> {
  const path = await findPlanFile(source, sourcePath, asked)
  const own = await hop3TomlLayers(source)
  if (path === undefined) return own
  const { readNixpacksFile } = await import('./nixpacks-file.ts')
  const layers = await readNixpacksFile(source, path)
  if (asked !== undefined) return [...own, ...layers]
  const { checkOneClaim } = await import('./one-claim.ts')
  checkOneClaim(layers, own)
  return [...layers, ...own]
}

async function environmentOf({ env = {}, appEnv = {} }: PlanEnvironment): Promise<EnvironmentLayers> {
  if (Object.keys(env).length === 0 && !Object.keys(appEnv).some(isPlanVariable)) return { layers: [], planFile: undefined }
  const { environmentLayers } = await import('./environment-layers.ts')
  return environmentLayers({ env, appEnv })
}

async function overridesLayers(overrides: PlanOverrides | undefined): Promise<readonly ConfigLayer[]> {
  if (overrides === undefined || Object.keys(overrides).length === 0) return []
  const { layersOfOverrides } = await import('./overrides-layer.ts')
  return layersOfOverrides(overrides)
}

/** `hop3/<name>`, else `<name>`. */
async function findConfigFile(
  source: SourceView,
  name: string,
  directory = '',
): Promise<{ readonly path: string; readonly warning?: string } | undefined> {
  const [plain, path] = [joinPaths(directory, name), joinPaths(directory, 'hop3', name)]
  if (!(await isThere(source, path))) return (await isThere(source, plain)) ? { path: plain } : undefined
  return (await source.hasFile(plain)) ? { path, warning: `${plain} is not read, because there is ${path}.` } : { path }
}

/** Throws `config.unreadable` when something else than a file has the name: its author believes that it is read. */
async function isThere(source: SourceView, path: string): Promise<boolean> {
  return (await source.readText(path)) !== undefined
}

function withWarning(layer: ConfigLayer, warning: string | undefined): ConfigLayer {
  return warning === undefined ? layer : { ...layer, warnings: [warning, ...(layer.warnings ?? [])] }
}
