/** Keeps log files from filling the disk. */
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { logFiles, openLog } from './log-files.ts'

export interface Rotation {
  readonly directory: string
  /** A log that has grown beyond this is rotated. Default 10 MiB. */
  readonly maxBytes?: number
  /** Older parts kept of each log. Default 3. */
  readonly keep?: number
}

/**
 * Copies every log that is too long to `.1` (`.1` to `.2`, …) and empties it, so that a worker that has it open for appending goes on
 * writing to the same file. A line written between the last byte copied and the emptying is lost. Returns the paths it rotated.
 */
export async function rotateLogs({ directory, maxBytes = 10 * 1024 * 1024, keep = 3 }: Rotation): Promise<readonly string[]> {
  const rotated: string[] = []
  for (const { path } of await logFiles({ directory })) {
    if (await isLonger(path, maxBytes)) {
      for (let part = keep; part > 1; part--) await moveIfThere(`${path}.${part - 1}`, `${path}.${part}`)
      await moveContent(path, `${path}.1`)
      if (keep < 1) await rm(`${path}.1`, { force: true })
      rotated.push(path)
    }
  }
  return rotated
}

async function isLonger(path: string, bytes: number): Promise<boolean> {
  const file = await openLog(path)
  if (file === undefined) return false
  try {
    return (await file.stat()).size > bytes
  } finally {
    await file.close()
  }
}

async function moveContent(from: string, to: string): Promise<void> {
  const temporary = `${to}.new`
  await rm(temporary, { force: true })
  const source = await open(from, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    const target = await open(temporary, 'wx', (await source.stat()).mode & 0o777)
    try {
      const chunk = Buffer.alloc(1024 * 1024)
      for (let position = 0; ;) {
        const { bytesRead } = await source.read(chunk, 0, chunk.length, position)
        if (bytesRead === 0) break
        await target.write(chunk, 0, bytesRead, position)
        position += bytesRead
      }
      await source.truncate(0)
    } finally {
      await target.close()
    }
    await rename(temporary, to)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await source.close()
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
