/** The directories of an app's releases: reserved, committed by their artifact, discarded and pruned. */
import { chmod, lstat, mkdir, readdir, rm, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  hop3Error,
  readArtifact,
  releaseCounter,
  syncDirectory,
  visible,
  writeArtifact,
  type BuildArtifact,
  type ReleaseEntry,
  type ReleaseSlot,
  type Run,
} from '@hop3/core'
import { orElse, systemCode } from '@hop3/core/files'
import { attempt } from './attempt.ts'

export const artifactFile = 'BUILD_ARTIFACT.json'

/** Where a release is or would be. Throws `usage.release-id` for a text that is no release id. */
export function releasePath(root: string, id: string): string {
  if (releaseCounter(id) !== undefined) return join(root, 'releases', id)
  throw hop3Error('usage.release-id', `${visible(id)} is not a release id.`, {
    hint: 'One looks like r000042-1f3a9c2e; `hop3 releases` lists them.',
  })
}

/** Every release directory, oldest first, whether committed or not. */
export async function listReleases(root: string): Promise<readonly Omit<ReleaseEntry, 'isCurrent' | 'isPrevious'>[]> {
  const names = await orElse(readdir(join(root, 'releases')), [])
  const found = names.flatMap((id) => {
    const counter = releaseCounter(id)
    return counter === undefined ? [] : [{ id, counter }]
  })
  found.sort((one, other) => one.counter - other.counter || (one.id < other.id ? -1 : 1))
  return Promise.all(
    found.map(async ({ id }) => ({ id, path: releasePath(root, id), committed: await isCommitted(releasePath(root, id)) })),
  )
}

/** A release without its artifact was never finished, or is being removed. */
export async function isCommitted(path: string): Promise<boolean> {
  const found = await orElse(lstat(join(path, artifactFile)), undefined, ['ENOENT', 'ENOTDIR'])
  return found?.isFile() ?? false
}

/** Makes the directory; it must not be there yet. */
export async function makeRelease(root: string, { path }: ReleaseSlot): Promise<void> {
  await attempt(`Cannot make a release directory in ${root}`, async () => {
    await mkdir(path)
    await syncDirectory(join(root, 'releases'))
  })
}

/** Writes the artifact after everything else of the release has reached the disk. */
export async function commitRelease(slot: ReleaseSlot, artifact: BuildArtifact, run: Run | undefined): Promise<void> {
  await attempt(`Cannot commit release ${slot.id}`, async () => {
    if (run !== undefined) await flush(slot.path, run)
    await writeArtifact(join(slot.path, artifactFile), artifact)
  })
}

/** Throws `artifact.missing`, naming the releases there are, or `artifact.damaged`. */
export async function readRelease(root: string, id: string): Promise<BuildArtifact> {
  const path = releasePath(root, id)
  if (await isCommitted(path)) return attempt(`Cannot read release ${id}`, () => readArtifact(join(path, artifactFile)))
  const known = (await listReleases(root)).filter((one) => one.committed).map((one) => one.id)
  throw hop3Error('artifact.missing', `There is no release ${id} of ${basename(root)}.`, {
    hint: known.length === 0 ? 'There is none at all: run `hop3 deploy`.' : `There are ${known.join(', ')}.`,
    details: { release: id, known },
  })
}

/** Removes a release: first its artifact, so that what is left after a crash is no release. */
export async function removeRelease(root: string, id: string): Promise<void> {
  const path = releasePath(root, id)
  await attempt(`Cannot remove release ${id}`, async () => {
    if (await isCommitted(path)) {
      await unlink(join(path, artifactFile))
      await syncDirectory(path)
    }
    await removeTree(path)
  })
}

/** Removes a directory and all in it, also where files were made read-only (Go's module cache is). */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (systemCode(error) !== 'EACCES' && systemCode(error) !== 'EPERM') throw error
    await makeRemovable(path)
    await rm(path, { recursive: true, force: true })
  }
}

async function makeRemovable(directory: string): Promise<void> {
  await chmod(directory, 0o700)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeRemovable(join(directory, entry.name))
  }
}

/** `sync -f` flushes one file system; where it cannot (old busybox), `sync` flushes all. A host with neither flushes in its own time. */
async function flush(path: string, run: Run): Promise<void> {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  try {
    const { exitCode } = await run({ file: 'sync', args: ['-f', path], cwd: path, env })
    if (exitCode === 0) return
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'environment.command-missing') return
    throw error
  }
  const { exitCode, stderr } = await run({ file: 'sync', args: [], cwd: path, env })
  if (exitCode !== 0) {
    throw hop3Error('environment.io', `The files of ${path} cannot be written to the disk: ${visible(stderr.trim())}`, {
      hint: 'Check the disk (dmesg names the device), then run the command again.',
    })
  }
}
