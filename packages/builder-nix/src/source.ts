/** What of the source Nix gets to see. Its store is readable by everybody on the host, so that secrets must not come into it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSourceFilter } from '@hop3/planner'
import { envFileOf, openHashCache, scanSource, stageSource, type SourceEntry } from '@hop3/planner/source-tree'
import { holdsCredentials } from './credential-files.ts'
import type { NixSession } from './session.ts'
import type { TemplateName } from './templates/template-names.ts'

export interface ReadSource {
  readonly entries: readonly SourceEntry[]
  /** `.env` files and directories that were left out. */
  readonly envFiles: readonly string[]
  /** Files with credentials that were left out. */
  readonly credentials: readonly string[]
}

/** Entries of the source as it is now: without what is ignored, `.git`, `.env` files and their like, and what holds credentials. Throws `build.source-*`. */
export async function readSource({ context, root }: NixSession): Promise<ReadSource> {
  const { sourcePath, config, cachePath, clock, signal, release } = context
  const base = config.build.root
  const [isTaken, hashes] = await Promise.all([
    createSourceFilter({ sourcePath, config, ...(base !== undefined && { base }) }),
    openHashCache(cachePath, root, clock),
  ])
  const [envFiles, credentials]: [string[], string[]] = [[], []]
  const filter = (path: string, isDirectory: boolean): boolean => {
    if (!isTaken(path, isDirectory)) return false
    const envFile = envFileOf(path)
    if (envFile !== undefined) envFiles.push(envFile)
    else if (!isDirectory && holdsCredentials(path, join(root, path))) credentials.push(path)
    else return true
    return false
  }
  const entries = await scanSource({ sourcePath: root, filter, own: [cachePath, release.path], hashes, signal })
  await hashes.save()
  return { entries, envFiles: envFiles.toSorted(), credentials: credentials.toSorted() }
}

/** Copies the entries to where Nix reads them. The directory's name becomes the store path's: it is the same in every release. */
export async function stage({ context, root }: NixSession, entries: readonly SourceEntry[]): Promise<StagedSource> {
  const path = join(context.release.path, 'source')
  return { path, entries: await stageSource({ sourcePath: root, entries, target: path, signal: context.signal }) }
}

/** Writes the template's expression and its values beside the source, as `hop3 nix eject` would. */
export async function stageTemplate(session: NixSession, template: TemplateName, staged: StagedSource): Promise<void> {
  const { templateFiles } = await import('./templates/template-files.ts')
  for (const [name, text] of Object.entries(await templateFiles(session, template, staged))) await writeFile(join(staged.path, name), text)
}

export interface StagedSource {
  readonly path: string
  readonly entries: readonly SourceEntry[]
}
