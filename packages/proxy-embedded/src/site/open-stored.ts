/** Opens a file that was found, and no other that has taken its place since. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { describeFile, type StoredFile } from './find-file.ts'

export interface OpenedFile {
  readonly handle: FileHandle
  /** As it is now: somebody may have written into it. */
  readonly stored: StoredFile
}

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** The caller closes the handle. Undefined when there is another file in its place, or none that can be read. */
export async function openStored(wanted: StoredFile): Promise<OpenedFile | undefined> {
  const handle = await open(wanted.path, flags).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const found = await handle.stat({ bigint: true })
    if (found.isFile() && found.dev === wanted.dev && found.ino === wanted.ino)
      return { handle, stored: describeFile(wanted.path, found, wanted.mark) }
  } catch {
    // as below
  }
  await handle.close()
  return undefined
}
