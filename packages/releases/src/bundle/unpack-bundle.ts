/** Writes what a checked bundle holds into the directory of a reserved release. */
import { chmod, mkdir, open, symlink, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { hop3Error, visible, type ArtifactStore, type BuildArtifact } from '@hop3/core'
import { movedArtifact } from './bundled-artifact.ts'
import { checkFirstLine } from './check-first-line.ts'
import { exchangePaths } from './exchange-paths.ts'
import type { FoundNeeds } from './meet-needs.ts'
import type { BundledFile, BundleEntry, BundleManifest } from './manifest.ts'
import { exchangeInText, isSameLength, pathForms, pathTable, type PathTable } from './origin-paths.ts'
import { moveEnvironment } from './move-environment.ts'
import { readBundle } from './read-bundle.ts'

export interface UnpackRequest {
  readonly file: string
  readonly manifest: BundleManifest
  readonly appName: string
  /** The reserved release, and its directory. */
  readonly release: string
  readonly directory: string
  /** `$HOP3_HOME`. */
  readonly home: string
  readonly needs: FoundNeeds
  readonly store?: ArtifactStore | undefined
  readonly signal: AbortSignal
}

export interface Unpacked {
  readonly artifact: BuildArtifact
  /** Files that hold paths of the other host, which could not be exchanged. */
  readonly unchanged: readonly string[]
}

/** Resolves to the artifact of this host. What was checked is checked again: the file may have been changed since. */
export async function unpackBundle(request: UnpackRequest): Promise<Unpacked> {
  const { file, store, signal } = request
  const table = await homeTable(request)
  const unchanged = isSameLength(table) ? [] : checkFit(request)
  const directories: Extract<BundleEntry, { type: 'directory' }>[] = []
  let artifact = await artifactHere(request, table)
  await readBundle(
    file,
    {
      entry: async (entry, bytes) => {
        if (entry.type === 'directory') directories.push(entry)
        await unpackEntry(request, table, entry, bytes)
      },
      image: async (bytes) => {
        if (store !== undefined) artifact = await store.load(artifact, bytes, request.directory)
      },
    },
    signal,
  )
  // Last: a directory may be one in which nothing can be made.
  for (const { path, mode } of directories.toReversed()) await chmod(join(request.directory, path), mode)
  return { artifact, unchanged }
}

async function artifactHere({ manifest, needs, appName, release }: UnpackRequest, table: PathTable): Promise<BuildArtifact> {
  const artifact = await movedArtifact(manifest.artifact, table, needs.moved)
  return { ...artifact, appName, metadata: { ...artifact.metadata, release, imported_from: manifest.release } }
}

/** Those that stay as they are. Throws `artifact.bundle-path` for what would not start then. */
function checkFit({ manifest, directory }: UnpackRequest): readonly string[] {
  const files = manifest.entries.filter((entry) => entry.type === 'file')
  const loaded = files.find(({ holds }) => holds === 'loader')
  if (loaded === undefined) return files.filter(({ holds }) => holds === 'fixed').map(({ path }) => path)
  const there = manifest.origin.release?.[0] ?? ''
  throw hop3Error(
    'artifact.bundle-path',
    `${visible(loaded.path)} looks for its libraries in the release it was built in, and its path here has another length: ${visible(there)} has ${there.length} characters, ${visible(directory)} ${directory.length}.`,
    {
      hint: 'Set HOP3_HOME so that both are as long (the same path on both hosts is simplest), or deploy from source here: `hop3 deploy`.',
      details: { path: loaded.path, there: there.length, here: directory.length },
    },
  )
}

/** From the paths of the home the bundle was made in to those of this one. */
async function homeTable({ manifest: { origin }, directory, home }: UnpackRequest): Promise<PathTable> {
  const tools = await pathForms(join(home, 'tools'))
  if (origin.release === null) return pathTable([origin.tools], [tools])
  return pathTable([origin.release, origin.tools], [await pathForms(join(directory, origin.below)), tools])
}

async function unpackEntry(request: UnpackRequest, table: PathTable, entry: BundleEntry, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const path = join(request.directory, entry.path)
  if (entry.type === 'directory') await mkdir(path, { mode: 0o700 | entry.mode })
  else if (entry.type === 'file') await unpackFile(request, table, entry, bytes)
  else await symlink(request.needs.moved.get(entry.target) ?? exchangeInText(entry.target, table), path)
}

async function unpackFile(
  { directory, needs }: UnpackRequest,
  table: PathTable,
  entry: BundledFile,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const path = join(directory, entry.path)
  const isExchanged = entry.holds === 'text' || (entry.holds !== undefined && isSameLength(table))
  // Nothing that is there already is written to, whatever it is.
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(isExchanged ? exchangePaths(bytes, table) : bytes)
    if (basename(path) === 'pyvenv.cfg') await moveEnvironment(path, needs.moved)
    if (entry.holds === 'text') await checkFirstLine(path, entry.path, directory)
    await file.chmod(entry.mode)
  } finally {
    await file.close()
  }
  await utimes(path, entry.modified, entry.modified)
}
