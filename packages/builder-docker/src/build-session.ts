/** What one builder finds out once and uses in `accept`, `fingerprint` and `build`. */
import { join } from 'node:path'
import type { AppConfig, BuildContext } from '@hop3/core'
import { planApp, type PlannedApp } from '@hop3/planner'
import { findDockerfile, type AppDockerfile } from './find-dockerfile.ts'
import type { DockerOptions } from './options.ts'

export interface BuildSession {
  readonly context: BuildContext
  readonly options: DockerOptions
  /** The directory that is built: the source, or `[build] root` of it. */
  readonly root: string
  /** Where a plan was written for the app, in words; undefined where toolchains have to find one. */
  readonly plannedAt: string | undefined
  /** Of the app; undefined where one has to be made from its plan. */
  readonly dockerfile: () => Promise<AppDockerfile | undefined>
  readonly planned: () => Promise<PlannedApp>
}

/** Throws `config.invalid` for a `[build.docker]` that is none. */
export async function createBuildSession(context: BuildContext): Promise<BuildSession> {
  const { appName, sourcePath, config, toolchains, log } = context
  const root = join(sourcePath, config.build.root ?? '')
  let planned: Promise<PlannedApp> | undefined
  let dockerfile: Promise<AppDockerfile | undefined> | undefined
  const options = hasOptions(config) ? (await import('./options.ts')).readOptions(config) : defaultOptions
  return {
    context,
    root,
    options,
    plannedAt: plannedAt(config),
    dockerfile: async () => (dockerfile ??= findDockerfile(root, options.file, config)),
    planned: () => (planned ??= planApp({ appName, sourcePath, config, toolchains, log, access: context })),
  }
}

/** Other files than hop3.toml are for other tools as well, which prefer a Dockerfile themselves; and no workers make a plan. */
function plannedAt({ planLayers }: AppConfig): string | undefined {
  for (const { origin, plan, origins } of planLayers.toReversed()) {
    const key = ['providers', 'phases'].find((name) => name in plan && plan[name === 'phases' ? 'phases' : 'providers'] !== null)
    if (key !== undefined && !/^(?:Procfile|app\.json|nixpacks\.(?:toml|json))$/.test(origin)) return origins?.[key] ?? origin
  }
  return undefined
}

/** True where the app's configuration says anything about an image. */
export function hasOptions(config: AppConfig): boolean {
  return config.build.options['docker'] !== undefined
}

/** What the schema makes of an empty table: every app's builder is asked, and few need the schema, which takes time to load. */
const defaultOptions: DockerOptions = { args: {}, secrets: [], pull: false, cache: true, timeout: 3600 }
