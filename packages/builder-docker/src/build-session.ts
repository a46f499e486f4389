/** What one builder finds out once and uses in `accept`, `fingerprint` and `build`. */
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { planApp, type PlannedApp } from '@hop3/planner'
import { findDockerfile, type AppDockerfile } from './find-dockerfile.ts'
import { readOptions, type DockerOptions } from './options.ts'

export interface BuildSession {
  readonly context: BuildContext
  readonly options: () => DockerOptions
  /** The directory that is built: the source, or `[build] root` of it. */
  readonly root: string
  /** Of the app; undefined where one has to be made from its plan. */
  readonly dockerfile: () => Promise<AppDockerfile | undefined>
  readonly planned: () => Promise<PlannedApp>
}

export function createBuildSession(context: BuildContext): BuildSession {
  const { appName, sourcePath, config, toolchains, log } = context
  const root = join(sourcePath, config.build.root ?? '')
  let options: DockerOptions | undefined
  let planned: Promise<PlannedApp> | undefined
  let dockerfile: Promise<AppDockerfile | undefined> | undefined
  const optionsOf = (): DockerOptions => (options ??= readOptions(config))
  return {
    context,
    root,
    options: optionsOf,
    dockerfile: async () => (dockerfile ??= findDockerfile(root, optionsOf().file, config)),
    planned: () => (planned ??= planApp({ appName, sourcePath, config, toolchains, log, access: context })),
  }
}
