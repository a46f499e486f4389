import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a whole file so that a reader, a crash or a full disk sees the old content or the new, never a part: temporary file in the same
 * directory, fsync, rename, fsync of the directory. Throws the system's error and leaves no temporary file.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: { readonly mode?: number } = {},
): Promise<void> {
  // Unique by process and time; `wx` refuses what is there all the same. node:crypto would cost every command its start-up.
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Whether a file of this name was left by a `writeFileAtomic` that was killed. */
export function isAbandonedWrite(name: string): boolean {
  return /\.\d+-\d+\.tmp$/.test(name)
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
