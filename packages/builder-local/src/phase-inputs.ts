/** What a phase reads, as content hashes: the part of a phase's key that changes with the source. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join, posix } from 'node:path'
import { filePattern } from '@hop3/core'
import { type SourceEntry, hashFile, isSameTime } from '@hop3/planner/source-tree'

export interface InputRequest {
  readonly appRoot: string
  /** The source as it was staged, by path. */
  readonly staged: ReadonlyMap<string, SourceEntry>
  /** True once something ran that may have changed staged files. */
  readonly touched: boolean
  /** `onlyIncludeFiles`: files, directories or patterns with `*`, `**` and `?`. Absent: the whole source. */
  readonly declared: readonly string[] | undefined
  readonly outputs: readonly string[]
}

/**
 * Hash by path, paths sorted. The whole source means the files that were staged, with their present content; what earlier phases added is
 * covered by those phases' keys. Declared inputs may also name what an earlier phase made. Staged files inside an output are inputs as well,
 * because they end up in what is stored.
 */
export function phaseInputs(request: InputRequest): Readonly<Record<string, string>> {
  const hashes = new Map<string, string>()
  const add = (path: string): void => {
    if (!hashes.has(path)) hashes.set(path, present(request, path))
  }
  const wanted = request.declared?.map(matcher)
  for (const path of request.staged.keys()) {
    if (wanted === undefined || wanted.some((matches) => matches(path)) || request.outputs.some((output) => isWithin(path, output)))
      add(path)
  }
  for (const path of request.declared ?? []) if (!isPattern(path)) addMade(request, normalize(path), add)
  return Object.fromEntries([...hashes].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** A file or directory that was not staged: made by an earlier phase, or absent. */
function addMade(request: InputRequest, path: string, add: (path: string) => void): void {
  if (request.staged.get(path)?.kind === 'file') return
  const stats = lstatSync(join(request.appRoot, path), { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return add(path)
  for (const name of readdirSync(join(request.appRoot, path))) {
    const child = path === '' ? name : `${path}/${name}`
    if (!request.outputs.some((output) => isWithin(child, output))) addMade(request, child, add)
  }
}

function present({ appRoot, staged, touched }: InputRequest, path: string): string {
  const entry = staged.get(path)
  if (entry !== undefined && !touched) return contentOf(entry)
  const absolute = join(appRoot, path)
  const stats = lstatSync(absolute, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined) return 'absent'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return `link ${readlinkSync(absolute)}`
  if (!stats.isFile()) return 'special'
  const size = Number(stats.size)
  const isAsStaged = entry?.kind === 'file' && entry.size === size && isSameTime(entry.mtimeNs, stats.mtimeNs)
  const hash = isAsStaged ? entry.hash : hashFile(absolute, size)
  return fileContent(Number(stats.mode), hash)
}

function contentOf(entry: SourceEntry): string {
  if (entry.kind === 'link') return `link ${entry.target}`
  return entry.kind === 'directory' ? 'directory' : fileContent(entry.mode, entry.hash)
}

/** Half of a SHA-256 is plenty, and halves what is kept of a large source. */
function fileContent(mode: number, hash: string): string {
  return `${(mode & 0o100) === 0 ? '' : 'x'}${hash.slice(0, 32)}`
}

function matcher(pattern: string): (path: string) => boolean {
  const normal = normalize(pattern)
  if (!isPattern(pattern)) return (path) => isWithin(path, normal)
  const [isMeant, isBelow] = [filePattern(normal), filePattern(`${normal}/**`)]
  return (path) => isMeant(path) || isBelow(path)
}

function isPattern(path: string): boolean {
  return /[*?]/.test(path)
}

function normalize(path: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '')
  return normal === '.' ? '' : normal
}

function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`)
}
