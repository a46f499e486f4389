/** The directories of one app: made when it is first locked, gone as one when it is destroyed. */
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readlink, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAbandonedWrite, syncDirectory, type AppHome } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'
import { removeTree } from './release-directories.ts'
import { makeRunDirectories, type RunPath } from './run-path.ts'

/**
 * Logs hold what workers print, so others may not read them; releases and data may be for a web server to read. With `mustExist` fails with
 * ENOENT where the app's own directory is not there, also when it has just gone.
 */
export async function makeAppDirectories(
  { root, run, logs, data }: AppHome['directories'],
  sockets: RunPath,
  mustExist: boolean,
): Promise<void> {
  if (!mustExist) await mkdir(root, { recursive: true })
  // Not recursive: the directory around them may have been removed a moment ago.
  await makeIfMissing(join(root, 'releases'))
  await makeIfMissing(data)
  await makeIfMissing(logs, 0o750)
  await makeRunDirectories(sockets, run)
}

async function makeIfMissing(path: string, mode?: number): Promise<void> {
  await orElse(mkdir(path, mode), undefined, ['EEXIST'])
}

export async function appExists(root: string): Promise<boolean> {
  const found = await attempt(`Cannot look at ${root}`, () => orElse(lstat(root), undefined))
  return found?.isDirectory() ?? false
}

/** Whether the home is as it was made: the lock, and directories with nothing in them. */
export async function isBlank(root: string): Promise<boolean> {
  const isEmpty = async (name: string): Promise<boolean> => (await orElse(readdir(join(root, name)), ['none'], ['ENOTDIR'])).length === 0
  const names = await attempt(`Cannot look at ${root}`, () => readdir(root))
  for (const name of names) {
    const isOurs = name === 'lock' || name.startsWith('lock.') || (['releases', 'shared', 'logs'].includes(name) && (await isEmpty(name)))
    if (!isOurs) return false
  }
  return true
}

/** Renames the home away, which is the moment it ceases to be, and then removes it and what earlier, killed removals left. */
export async function removeAppDirectories({ root, run }: Pick<AppHome['directories'], 'root' | 'run'>): Promise<void> {
  await attempt(`Cannot remove ${root}`, async () => {
    const apps = dirname(root)
    const isThere = await appExists(root)
    if (isThere) {
      await rename(root, join(apps, `${removedPrefix}${basename(root)}-${randomBytes(6).toString('hex')}`))
      await syncDirectory(apps)
    }
    await removeTree(run)
    // The last app of a home takes the sockets' directory along: nobody else would remove the one under /tmp.
    await orElse(rmdir(dirname(run)), undefined, ['ENOENT', 'ENOTEMPTY', 'EEXIST'])
    const left = await orElse(readdir(apps), [])
    for (const name of left.filter((one) => one.startsWith(removedPrefix))) await removeTree(join(apps, name))
  })
}

/** Removes what killed commands left half written in the app's directory. Only under its lock. */
export async function sweepLeftovers(root: string): Promise<void> {
  const kept = await orElse(readlink(join(root, 'env')), '', ['ENOENT', 'EINVAL'])
  for (const name of await readdir(root)) {
    const isLeft = isAbandonedWrite(name) || (kept !== '' && name.startsWith('.env-') && name !== kept)
    if (isLeft) await rm(join(root, name), { recursive: true, force: true })
  }
}

/** No app's name begins with a dot. */
const removedPrefix = '.removed-'
