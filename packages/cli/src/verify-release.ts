/** Whether a release is as it was built, as far as anybody has noted what it was. */
import { artifactForm, isHop3Error, storeFor, type AppHome, type BuildArtifact, type Host, type ReleaseEntry } from '@hop3/core'
import { orElse, pathForms, treeDigest } from '@hop3/core/files'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'

export interface Verified {
  readonly id: string
  /**
   * `changed`: its files are not those of the build, and it has processes, which may write beside their files. `unchecked`: nobody has noted what
   * was in there. `unfinished`: it has no artifact, as while it is built.
   */
  readonly state: 'ok' | 'damaged' | 'changed' | 'unchecked' | 'unfinished'
  readonly problems: readonly string[]
}

export interface VerifyRequest {
  readonly entry: ReleaseEntry
  readonly home: AppHome
  readonly host: Host
  /** By the app's history: its build came to its end. */
  readonly wasFinished: boolean
}

/** Throws what keeps it from being found out. */
export async function verifyRelease({ entry, home, host, wasFinished }: VerifyRequest): Promise<Verified> {
  const { id } = entry
  if (!entry.committed) return uncommitted(entry, wasFinished)
  const artifact = await readable(home, id)
  if ('problem' in artifact) return { id, state: 'damaged', problems: [artifact.problem] }
  const store = await storeFor(artifact.builder, host)
  if (store?.verify === undefined) return verifyFiles(entry, artifact, host)
  const problems = await store.verify(artifact)
  return { id, state: problems.length === 0 ? 'ok' : 'damaged', problems }
}

async function uncommitted({ id, path }: ReleaseEntry, wasFinished: boolean): Promise<Verified> {
  const inPlace = await orElse(lstat(join(path, 'BUILD_ARTIFACT.json')), undefined, ['ENOENT', 'ENOTDIR'])
  if (inPlace !== undefined) return { id, state: 'damaged', problems: ['Its BUILD_ARTIFACT.json is no file.'] }
  if (wasFinished) return { id, state: 'damaged', problems: ['Its BUILD_ARTIFACT.json is gone.'] }
  return { id, state: 'unfinished', problems: ['It has no BUILD_ARTIFACT.json: it is being built, or its build was cut off.'] }
}

async function readable(home: AppHome, id: string): Promise<BuildArtifact | { readonly problem: string }> {
  try {
    return await home.artifact(id)
  } catch (error) {
    if (isHop3Error(error) && error.code.startsWith('artifact.')) return { problem: error.message }
    throw error
  }
}

/** By the digest of the tree as it was built: sources and everything installed beside them. */
async function verifyFiles({ id, path }: ReleaseEntry, artifact: BuildArtifact, { signal }: Host): Promise<Verified> {
  const noted = artifact.metadata['tree_digest']
  if (typeof noted !== 'string') return { id, state: 'unchecked', problems: [] }
  const root = join(path, 'source')
  const isThere = (await orElse(lstat(root), undefined, ['ENOENT', 'ENOTDIR']))?.isDirectory() === true
  if (!isThere) return { id, state: 'damaged', problems: ['Its files are gone.'] }
  if (`sha256:${await treeDigest(root, { places: pathForms(path), signal })}` === noted) return { id, state: 'ok', problems: [] }
  if (artifactForm(artifact) === 'site') return { id, state: 'damaged', problems: ['Its files are not those it was built with.'] }
  return {
    id,
    state: 'changed',
    problems: ['Its files are not those it was built with: the app has written beside them, or somebody else.'],
  }
}
