/** What `hop3 import` does with a file before and while it becomes a release. */
import { stat } from 'node:fs/promises'
import { hostPlatform, hop3Error, visible, type ArtifactStore, type ReleaseSlot } from '@hop3/core'
import { badBundle, wrongProvenance } from './bundle-error.ts'
import type { BundleManifest } from './manifest.ts'
import { meetNeeds, type NeedsHost } from './meet-needs.ts'
import { openProvenanceCheck, type ProvenanceCheck } from './provenance.ts'
import { readBundle, type ReadBundle } from './read-bundle.ts'
import { bytesOf } from './read-file.ts'
import { unpackBundle, type Unpacked } from './unpack-bundle.ts'

export interface CheckOptions {
  /** Hex; the file has to have it. */
  readonly sha256?: string | undefined
  readonly signal: AbortSignal
}

export interface CheckedBundle extends ReadBundle {
  readonly file: string
}

/**
 * Reads the whole bundle and writes nothing. Throws `artifact.bundle`, `artifact.bundle-format`, `artifact.bundle-digest` or
 * `artifact.bundle-provenance`, and `artifact.foreign` when it is for another platform.
 */
export async function checkBundle(file: string, { sha256, signal }: CheckOptions): Promise<CheckedBundle> {
  const found = await stat(file)
  if (!found.isFile()) throw badBundle(file, found.isDirectory() ? 'it is a directory' : 'it is not a file')
  const { size } = found
  let provenance: ProvenanceCheck | undefined
  const read = await readBundle(
    file,
    {
      begin: async (manifest, artifact) => {
        checkSizes(file, manifest, size)
        checkPlatform(file, manifest)
        provenance = openProvenanceCheck(artifact, manifest)
      },
      entry: async (entry, bytes) => {
        if (provenance?.isWanted(entry) === true) provenance.take(entry.path, await bytesOf(bytes))
      },
      image: async () => {},
    },
    signal,
  )
  if (sha256 !== undefined && sha256.toLowerCase() !== read.sha256)
    throw hop3Error('artifact.bundle-digest', `${visible(file)} is another file than was asked for: its SHA-256 is ${read.sha256}.`, {
      hint: 'Compare it with what `hop3 export` said, and copy the file again.',
      details: { wanted: sha256, found: read.sha256 },
    })
  const problem = provenance?.problem()
  if (problem !== undefined) throw wrongProvenance(file, problem)
  return { ...read, file }
}

function checkSizes(file: string, { entries, image }: BundleManifest, size: number): void {
  const listed = entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), image?.size ?? 0)
  if (listed > size) throw badBundle(file, `its manifest lists ${listed} bytes of files, and the whole bundle has ${size}`)
}

function checkPlatform(file: string, { platform, artifact }: BundleManifest): void {
  if (platform === null) return
  const here = hostPlatform()
  const isImage = artifact['kind'] === 'docker-image'
  const isHere = platform.os === here.os && platform.arch === here.arch && (isImage || platform.libc === here.libc)
  if (isHere) return
  const name = ({ os, arch, libc }: typeof platform): string => [os, arch, libc].filter((part) => part !== '').join(' ')
  throw hop3Error('artifact.foreign', `${visible(file)} was built for ${name(platform)}; this host is ${name(here)}.`, {
    hint: 'Build it on a host like this one, or deploy from source here: `hop3 deploy`.',
    details: { ...platform },
  })
}

export interface ImportHost extends NeedsHost {
  /** The app's name here. */
  readonly appName: string
  /** Of the strategy that built an image. */
  readonly store?: ArtifactStore | undefined
}

/** Says how to fill a reserved release with it. Throws `artifact.bundle-needs`, and `artifact.no-store` for an image nobody here takes. */
export async function importBundle(
  { file, manifest, artifact }: CheckedBundle,
  host: ImportHost,
): Promise<(slot: ReleaseSlot) => Promise<Unpacked>> {
  if (manifest.image !== null && host.store === undefined)
    throw hop3Error(
      'artifact.no-store',
      `${visible(file)} holds an image, and the builder ${visible(artifact.builder)} is not installed here.`,
      {
        hint: 'Install it, for instance with `npm install -g @hop3/builder-docker`; `hop3 plugins` shows what is there.',
        details: { builder: artifact.builder },
      },
    )
  const needs = await meetNeeds(manifest, host)
  if (manifest.image !== null) await host.store?.check?.(artifact)
  const { appName, home, store, signal } = host
  return ({ id, path }) => unpackBundle({ file, manifest, appName, release: id, directory: path, home, needs, store, signal })
}
