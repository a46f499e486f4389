/** Where in the source the app lies, and how much of the source is built with it. */
import { posix } from 'node:path'
import { hop3Error, joinPaths, normalPath, visible, withoutTrailingSlashes, type AppConfig, type SourceView } from '@hop3/core'
import { createSourceView } from '../source/source-view.ts'
import { mergePlans } from '../plan/merge-plans.ts'
import { writtenAt } from '../plan/written-at.ts'
import { saidAt } from '../source/said-at.ts'

export interface AppRoot {
  /** The directory that is built: `''` for the whole source. */
  readonly base: string
  /** The app's directory inside `base`: `''` but in a workspace, whose root owns the lock file. */
  readonly root: string
  /** Rooted at `base`. */
  readonly source: SourceView
}

export interface AppRootRequest {
  readonly sourcePath: string
  /** Rooted at `sourcePath`. */
  readonly source: SourceView
  readonly config: AppConfig
}

/**
 * `[build] root`, else a plan's `root`. Without a workspace around it the app is built as if its directory were the whole source. Throws
 * `config.root`, `config.path-outside` and `config.symlink-escapes`.
 */
export async function findAppRoot({ sourcePath, source, config }: AppRootRequest): Promise<AppRoot> {
  const written = config.build.root ?? mergePlans(config.planLayers.map(({ plan }) => ({ root: plan.root }))).root
  const directory = directoryOf(written)
  if (directory === '') return { base: '', root: '', source }
  const origin = config.origins['build.root'] ?? writtenAt(config.planLayers, ['root']) ?? 'configuration'
  if (!(await saidAt(origin, () => source.hasDirectory(directory)))) throw noDirectory(origin, directory, await source.hasFile(directory))
  const { findWorkspace } = await import('./workspace.ts')
  const base = (await findWorkspace(source, directory)) ?? directory
  return { base, root: posix.relative(base, directory), source: base === '' ? source : createSourceView(joinPaths(sourcePath, base)) }
}

function directoryOf(written: string | null | undefined): string {
  const normal = withoutTrailingSlashes(normalPath(written ?? '.'))
  return normal === '.' ? '' : normal
}

function noDirectory(origin: string, directory: string, isFile: boolean): Error {
  return hop3Error(
    'config.root',
    `${origin}: ${visible(directory)} ${isFile ? 'is a file' : 'is not there'}, and the app is to be in it.`,
    {
      hint: 'Write the app\'s directory, relative to the root of the source: [build] root = "apps/web".',
      details: { origin, root: directory },
    },
  )
}
