/**
 * Room kept back for the day the disk is full: `<home>/reserve/`, some small files that mean nothing. Without it not even a lock could be
 * taken then, and nothing that makes room could begin. Several files, because a disk can run out of files as well as of blocks.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHop3Error } from '@hop3/core'
import { systemCode } from '@hop3/core/files'

const pieces = 16
const pieceBytes = 32 * 1024
/** Only a disk with so many times the reserve left gives some of it up. */
const plenty = 16
/** About what a stop writes before it has made any room: lock, journal, state and a file per instance. */
const needed = 4

/** Makes what is missing of the reserve while there is plenty of room. It is worth no error: without it a full disk needs room made by hand. */
export async function keepReserve(home: string): Promise<void> {
  try {
    const kept = await readdir(reserveOf(home)).catch(() => [])
    if (kept.length >= pieces || !(await hasPlenty(home))) return
    await fill(reserveOf(home), pieces)
  } catch {
    // The command at hand does not need it.
  }
}

/** Does the work; where the disk is too full for it, once more without the reserve. */
export async function withReserve<T>(home: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isFull(error) || !(await giveUpReserve(home))) throw error
    return work()
  }
}

/** Gives the reserve up unless there is room for what stopping an app writes: found by writing as much, since no number knows of quotas. */
export async function makeRoom(home: string): Promise<void> {
  const probe = join(home, `reserve.${randomBytes(6).toString('hex')}`)
  try {
    await withReserve(home, () => fill(probe, needed))
  } catch {
    // There is no reserve left: then it is the work that says what it could not write.
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
}

/** Whether there was any. */
async function giveUpReserve(home: string): Promise<boolean> {
  const kept = await readdir(reserveOf(home)).catch(() => [])
  await rm(reserveOf(home), { recursive: true, force: true })
  return kept.length > 0
}

/** Another command may be doing the same. Random, because a file system may compress. */
async function fill(directory: string, count: number): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (let index = 0; index < count; index++) {
    const path = join(directory, String(index))
    try {
      await writeFile(path, randomBytes(pieceBytes), { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      await rm(path, { force: true })
      throw error
    }
  }
}

async function hasPlenty(home: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(home)
  return bavail * bsize > plenty * pieces * pieceBytes
}

function isFull(error: unknown): boolean {
  return isHop3Error(error) ? error.code === 'environment.disk-full' : ['ENOSPC', 'EDQUOT'].includes(systemCode(error))
}

const reserveOf = (home: string): string => join(home, 'reserve')
