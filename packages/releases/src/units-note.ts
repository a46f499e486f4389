/** `units`: the id of the release that units of systemd were printed of last. It goes with the app. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { releaseCounter, writeFileAtomic } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'
import { readRelease } from './release-directories.ts'

/** Undefined where there is no such note, or it names no release. */
export async function readUnitsNote(root: string): Promise<string | undefined> {
  const path = join(root, 'units')
  const id = (await attempt(`Cannot read ${path}`, () => orElse(readFile(path, 'utf8'), ''))).trim()
  return releaseCounter(id) === undefined ? undefined : id
}

/** Atomic and durable. Throws as `readRelease` for what is no release. */
export async function writeUnitsNote(root: string, id: string): Promise<void> {
  await readRelease(root, id)
  const path = join(root, 'units')
  await attempt(`Cannot write ${path}`, () => writeFileAtomic(path, `${id}\n`))
}
