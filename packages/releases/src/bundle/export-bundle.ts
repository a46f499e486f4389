/** Makes a bundle of a release. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  artifactForm,
  hop3Error,
  releaseCounter,
  toHop3Error,
  visible,
  type ArtifactStore,
  type BuildArtifact,
  type Log,
  type Platform,
} from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { writtenArtifact } from './bundled-artifact.ts'
import { provenPart } from './proven-part.ts'
import { findNeeds } from './find-needs.ts'
import { listEntries } from './list-entries.ts'
import { manifestSchema, type BundleEntry, type BundleManifest, type Need } from './manifest.ts'
import { pathForms } from './origin-paths.ts'
import { writeBundle, type WrittenBundle } from './write-bundle.ts'

export interface ExportRequest {
  readonly artifact: BuildArtifact
  readonly appName: string
  /** `$HOP3_HOME`, for an artifact that lies in no release. */
  readonly home: string
  /** Of the artifact's release, where that is no files but such as came about with it. */
  readonly releasePath?: string | undefined
  /** HOME of tools. */
  readonly user: string | undefined
  /** Of the strategy that built it, where that keeps artifacts in a place of its own: an engine, or the store of Nix. */
  readonly store?: ArtifactStore | undefined
  /** The file to make, which may be there already. */
  readonly output: string
  readonly log: Log
  readonly signal: AbortSignal
}

export interface ExportedBundle extends WrittenBundle {
  readonly file: string
  readonly app: string
  readonly release: string
  readonly files: number
  readonly needs: readonly Need[]
}

/** Throws `artifact.not-portable`, `artifact.changing`, `artifact.no-store`, and `environment.*` when the output cannot be written. */
export async function exportBundle(request: ExportRequest): Promise<ExportedBundle> {
  const { artifact, output, store, signal } = request
  const image = artifactForm(artifact) === 'image' || store !== undefined ? `${output}.image-${process.pid}.tmp` : undefined
  if (image !== undefined && store === undefined) throw noStore(artifact)
  try {
    const saved = image !== undefined && store !== undefined ? await saveImage(store, artifact, image, signal) : null
    const { manifest, fileOf } = await describe(request, saved)
    const written = await writeBundle({ manifest, fileOf, output, signal, ...(image !== undefined && { image }) })
    const files = manifest.entries.filter(({ type }) => type === 'file').length
    return { file: output, app: manifest.app, release: manifest.release, files, needs: manifest.needs, ...written }
  } catch (error) {
    signal.throwIfAborted()
    throw toHop3Error(error, `Cannot export ${visible(request.appName)} to ${visible(output)}`)
  } finally {
    if (image !== undefined) await rm(image, { force: true })
  }
}

interface Described {
  readonly manifest: BundleManifest
  readonly fileOf: (path: string) => string
}

async function describe(request: ExportRequest, image: BundleManifest['image']): Promise<Described> {
  const { appName, user = '', log, signal } = request
  const { root, below, home, release } = image === null ? placeOf(request) : besideStore(request)
  const own = root === undefined ? null : await pathForms(root)
  const origin = { release: own, below, tools: await pathForms(join(home, 'tools')), user: user.length > 1 ? user : null }
  const fileOf = (path: string): string => join(root ?? '/', below === '' ? path : path.slice(below.length + 1))
  const listed: readonly BundleEntry[] =
    root === undefined || own === null ? [] : await listEntries({ root, below, origin: { release: own, tools: origin.tools }, log, signal })
  const { artifact, entries } = await provenPart({ artifact: request.artifact, entries: listed, origin, fileOf, log })
  const needs = await findNeeds({ artifact: image === null ? artifact : withoutStored(artifact), entries, origin, fileOf })
  const manifest = {
    format: 1,
    app: appName,
    release,
    platform: platformOf(artifact),
    artifact: writtenArtifact(artifact),
    origin,
    needs,
    entries,
    image,
  }
  const { data, error } = manifestSchema.safeParse(manifest)
  if (data !== undefined) return { manifest: data, fileOf }
  const issue = error.issues[0]
  throw hop3Error('artifact.not-portable', `The release cannot be exported: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`, {
    hint: 'Leave it out of the build (`.hop3ignore`), then build again.',
  })
}

interface Place {
  /** Undefined where the artifact is no files. */
  readonly root: string | undefined
  readonly below: '' | 'source'
  readonly home: string
  readonly release: string
}

/** The release an artifact lies in, or, for one that lies elsewhere, its directory, which becomes the source of a release. */
function placeOf({ artifact, home, releasePath }: ExportRequest): Place {
  const { location } = artifact
  const named = artifact.metadata['release']
  const release = typeof named === 'string' && releaseCounter(named) !== undefined ? named : ''
  if (!location.startsWith('/')) return { root: releasePath, below: '', home, release }
  const root = dirname(location)
  if (releaseCounter(basename(root)) === undefined) return { root: location, below: 'source', home, release }
  const apps = dirname(dirname(dirname(root)))
  return { root, below: '', home: basename(apps) === 'apps' ? dirname(apps) : home, release: basename(root) }
}

/** Of what lies in a store, the files that came about with it. */
function besideStore({ artifact, home, releasePath }: ExportRequest): Place {
  const named = artifact.metadata['release']
  return { root: releasePath, below: '', home, release: typeof named === 'string' && releaseCounter(named) !== undefined ? named : '' }
}

/** Directories on PATH that come along: those of the store, and inside an image all of them. */
function withoutStored(artifact: BuildArtifact): BuildArtifact {
  const stored = `${dirname(artifact.location)}/`
  const isOutside = (path: string): boolean => !artifact.location.startsWith('/') || !path.startsWith(stored)
  const pathPrepend = artifactForm(artifact) === 'image' ? [] : artifact.runtime.pathPrepend.filter(isOutside)
  return { ...artifact, runtime: { ...artifact.runtime, pathPrepend } }
}

function platformOf({ metadata: { platform } }: BuildArtifact): Platform | null {
  if (!isObject(platform)) return null
  const text = (key: string): string => (typeof platform[key] === 'string' ? platform[key] : '')
  return { os: text('os'), arch: text('arch'), libc: text('libc') }
}

/** Size and digest stand in the bundle before it. */
async function saveImage(
  store: ArtifactStore,
  artifact: BuildArtifact,
  file: string,
  signal: AbortSignal,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(
    store.save(artifact),
    async function* count(pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece)
        size += piece.byteLength
        yield piece
      }
    },
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    { signal },
  )
  return { size, sha256: hash.digest('hex') }
}

function noStore({ builder, kind }: BuildArtifact): Error {
  return hop3Error(
    'artifact.no-store',
    `An artifact of kind ${visible(kind)} lies in no release, and the builder ${visible(builder)} does not carry it to another host.`,
    {
      hint: '`hop3 plugins` shows what is installed; push the image to a registry that both hosts reach.',
      details: { builder, kind },
    },
  )
}
