/** Whether an artifact is the one its provenance names. Nobody has signed that: what is found is a mix-up, not a forger who changes both. */
import { artifactForm, type BuildArtifact } from '@hop3/core'
import { contentDigest, digestOfEntries, mostInMemory, type TreeEntry, type TreePlace } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import type { BundledFile, BundleEntry, BundleManifest } from './manifest.ts'

/** More than any provenance has. */
const longestProvenance = 1024 * 1024

/** The name of the file in the release, where the artifact names one. */
export function provenanceName({ metadata: { provenance } }: BuildArtifact): string | undefined {
  return typeof provenance === 'string' ? provenance : undefined
}

/** Collects what the check needs while a bundle's files are read, and no more: it is asked for each before its bytes. */
export function openProvenanceCheck(artifact: BuildArtifact, { entries, origin }: CheckedRelease): ProvenanceCheck {
  const name = provenanceName(artifact)
  const places = [...new Set(origin.release ?? [])]
  const isTree = artifactForm(artifact) !== 'image'
  const root = rootOf(artifact, origin.release?.[0])
  const contents = new Map<string, string>()
  let text: string | undefined
  const isWanted = ({ path, size, holds }: BundledFile): boolean =>
    name !== undefined && (path === name ? size <= longestProvenance : isTree && holds !== undefined && size <= mostInMemory)
  return {
    isWanted: (entry) => entry.type === 'file' && isWanted(entry),
    take(path, bytes) {
      if (path === name) text = bytes.toString()
      else contents.set(path, contentDigest(bytes, places))
    },
    problem() {
      if (name === undefined) return undefined
      if (text === undefined) return `it does not hold its ${name}`
      const found = isTree ? digestOfTree(entries, contents, { places, root }) : imageId(artifact)
      return subjectProblem(parseJson(text), found) ?? sbomProblem(parseJson(text), artifact, entries)
    },
  }
}

export interface CheckedRelease {
  readonly entries: readonly BundleEntry[]
  readonly origin: BundleManifest['origin']
}

export interface ProvenanceCheck {
  readonly isWanted: (entry: BundleEntry) => boolean
  readonly take: (path: string, bytes: Buffer) => void
  /** What is wrong, in words after "the bundle:"; undefined where nothing is, or nothing is claimed. */
  readonly problem: () => string | undefined
}

/** Where an artifact's files lie in its release. */
function rootOf({ location }: BuildArtifact, release: string | undefined): string {
  return release !== undefined && location.startsWith(`${release}/`) ? location.slice(release.length + 1) : 'source'
}

function digestOfTree(entries: readonly BundleEntry[], contents: ReadonlyMap<string, string>, place: TreePlace): string {
  const within = entries.filter(({ path }) => path.startsWith(`${place.root}/`))
  const described = within.map((entry): TreeEntry => {
    const path = entry.path.slice(place.root.length + 1)
    if (entry.type === 'directory') return { path, kind: 'directory' }
    if (entry.type === 'link') return { path, kind: 'link', target: entry.target }
    return { path, kind: 'file', isExecutable: (entry.mode & 0o111) !== 0, content: contents.get(entry.path) ?? entry.sha256 }
  })
  return digestOfEntries(described, place)
}

/** In hex. */
function imageId({ location, metadata: { image } }: BuildArtifact): string {
  const id = isObject(image) && typeof image['id'] === 'string' ? image['id'] : location
  return id.replace(/^sha256:/, '')
}

function subjectProblem(statement: unknown, found: string): string | undefined {
  const digests = listIn(statement, 'subject').map(sha256Of)
  return digests.includes(found) ? undefined : `its artifact is sha256:${found}, and its provenance names sha256:${digests[0] ?? 'nothing'}`
}

function sbomProblem(statement: unknown, { metadata: { sbom } }: BuildArtifact, entries: readonly BundleEntry[]): string | undefined {
  const said = listIn(objectIn(objectIn(statement, 'predicate'), 'runDetails'), 'byproducts').find(
    (one) => isObject(one) && one['name'] === sbom,
  )
  if (said === undefined) return undefined
  const entry = entries.find(({ path }) => path === sbom)
  const isSame = entry?.type === 'file' && entry.sha256 === sha256Of(said)
  return isSame ? undefined : `its ${String(sbom)} is not the one its provenance names`
}

/** In hex. */
function sha256Of(descriptor: unknown): string | undefined {
  const sha256 = objectIn(descriptor, 'digest')['sha256']
  return typeof sha256 === 'string' ? sha256 : undefined
}

function objectIn(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isObject(value) ? value[key] : undefined
  return isObject(found) ? found : {}
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined
  return Array.isArray(found) ? found : []
}
