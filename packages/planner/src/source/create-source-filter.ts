import type { AppConfig } from '@hop3/core'

/** True when the path (relative, with `/`, no trailing slash) belongs into a release. Ask about a directory before what is in it. */
export type SourceFilter = (relativePath: string, isDirectory: boolean) => boolean

export interface SourceFilterRequest {
  readonly sourcePath: string
  /** Relative to `sourcePath`: paths asked about and `exclude` are relative to it, while the ignore files above it hold. Default `''`. */
  readonly base?: string
  readonly config: Pick<AppConfig, 'build'>
  /** `BuildPlan.exclude`. */
  readonly exclude?: readonly string[]
}

/**
 * The rules for what is copied. Lowest first: every `.gitignore` for its directory, then `.hop3ignore`, then `[build] ignore`, each able to
 * take back (`!name`) what those before it ignore; then, final, `exclude` and `.git` anywhere and `.hop3` at the root. Only the ignore
 * files of directories that are asked about are read. Throws, also later from the filter, as `SourceView.readText`.
 */
export async function createSourceFilter(request: SourceFilterRequest): Promise<SourceFilter> {
  const { sourceFilter } = await import('./source-filter.ts')
  return sourceFilter(request)
}
