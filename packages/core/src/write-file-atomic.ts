import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface WriteOptions {
  /** Default 0600. */
  readonly mode?: number
  /** False does not wait for the disk: a power failure may then leave the file old, empty or torn. Default true. */
  readonly durable?: boolean
}

/**
 * Writes a whole file so that a reader, a crash or a full disk sees the old content or the new, never a part: temporary file in the same
 * directory, fsync, rename, fsync of the directory. Throws the system's error and leaves no temporary file.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  // Unique by process and time; node:crypto would cost every command its start-up.
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}.tmp`
  try {
    await writeNewFile(temporary, data, options)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (options.durable !== false) await syncDirectory(dirname(path))
}

/** Writes a file where there is none, and waits until the disk has it; its entry in the directory is the caller's to sync. */
export async function writeNewFile(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600, durable = true }: WriteOptions = {},
): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(data)
    if (durable) await file.sync()
  } finally {
    await file.close()
  }
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
