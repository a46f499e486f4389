/** The entries of a release, sorted, as a bundle lists them. */
import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, posix, relative } from 'node:path'
import { hop3Error, visible, type Log } from '@hop3/core'
import { mayLeadOut, pathProblem, staysInside, toolOf } from './check-entries.ts'
import type { BundleEntry, BundledLink } from './manifest.ts'
import type { PathForms } from './origin-paths.ts'
import { readFileFacts } from './read-file.ts'

export interface ListRequest {
  readonly root: string
  /** The files are as they would be in this directory of a release; empty: they are the release's own. */
  readonly below: string
  readonly origin: { readonly release: PathForms; readonly tools: PathForms }
  readonly log: Log
  readonly signal: AbortSignal
}

/** Throws `artifact.not-portable` naming what no bundle can hold. Sockets and pipes are left out with a warning. */
export async function listEntries(request: ListRequest): Promise<readonly BundleEntry[]> {
  const { below, root } = request
  const first: readonly BundleEntry[] = below === '' ? [] : [{ type: 'directory', path: below, mode: 0o755 }]
  const found = [...first, ...(await entriesIn(request, root, below))]
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1))
}

async function entriesIn(request: ListRequest, directory: string, below: string): Promise<readonly BundleEntry[]> {
  const entries: BundleEntry[] = []
  for (const bytes of await readdir(directory, { encoding: 'buffer' })) {
    request.signal.throwIfAborted()
    const name = bytes.toString()
    const path = posix.join(below, name)
    // Nix keeps a release's paths by links of its own, which are made again where it is imported.
    if (path === 'BUILD_ARTIFACT.json' || /^gcroot(?:-\d+)?$/.test(path)) continue
    const problem = Buffer.from(name).equals(bytes) ? pathProblem(path) : `${visible(path)} has a name that is not UTF-8`
    if (problem !== undefined) throw notPortable(path, problem)
    entries.push(...(await entriesAt(request, join(directory, name), path)))
  }
  return entries
}

async function entriesAt(request: ListRequest, file: string, path: string): Promise<readonly BundleEntry[]> {
  const stats = await lstat(file)
  const mode = stats.mode & 0o777
  if (stats.isDirectory()) return [{ type: 'directory', path, mode }, ...(await entriesIn(request, file, path))]
  if (stats.isSymbolicLink()) return [await linkEntry(request, file, path)]
  if (!stats.isFile()) {
    if (!stats.isSocket() && !stats.isFIFO()) throw notPortable(path, `${visible(path)} is a device`)
    request.log.warn(`${visible(path)} is a ${stats.isSocket() ? 'socket' : 'pipe'}, which is not exported.`)
    return []
  }
  const { origin, signal } = request
  const facts = await readFileFacts({ file, expected: stats.size }, [...new Set([...origin.release, ...origin.tools])], signal)
  return [{ type: 'file', path, mode, modified: Math.floor(stats.mtimeMs / 1000), ...facts }]
}

/** Links inside of the release are written relative, because it will be elsewhere. */
async function linkEntry({ root, below, origin }: ListRequest, file: string, path: string): Promise<BundledLink> {
  const target = await readlink(file)
  if (!isAbsolute(target) && staysInside(path, posix.normalize(target)) && posix.normalize(target) === target.replace(/\/+$/, ''))
    return { type: 'link', path, target }
  const written = isAbsolute(target) ? posix.normalize(target) : await resolved(file, target)
  const own = [root, await realpath(root)].find((one) => written === one || written.startsWith(`${one}/`))
  if (own !== undefined) return inside(path, relative(dirname(path), join(below, written.slice(own.length + 1))) || '.')
  if (toolOf(written, origin.tools) === undefined && !mayLeadOut({ path }))
    throw notPortable(path, `${visible(path)} is a link to ${visible(target)}, outside of the release`)
  return { type: 'link', path, target: written }
}

function inside(path: string, target: string): BundledLink {
  if (!staysInside(path, target)) throw notPortable(path, `${visible(path)} is a link that leads out of the release`)
  return { type: 'link', path, target }
}

/** Through the links on the way; of a link to nothing, as it is written. */
async function resolved(file: string, target: string): Promise<string> {
  return realpath(file).catch(() => join(dirname(file), target))
}

function notPortable(path: string, problem: string): Error {
  return hop3Error('artifact.not-portable', `The release cannot be exported: ${problem}.`, {
    hint: `Leave it out of the build (\`.hop3ignore\`), or copy what it leads to into the app; then build again.`,
    details: { path },
  })
}
