/** Directories that a command makes for itself alone: where it is killed, another command removes them. */
import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from './json.ts'
import { identifySelf, livenessOf, parseIdentity } from './process-identity.ts'
import { orElse } from './system-error.ts'

export interface OwnedDirectory {
  readonly path: string
  readonly remove: () => Promise<void>
}

/** Makes one in `parent`, which it makes too, with a name of its own after `prefix`. Only its user may look into it. */
export async function makeOwned(parent: string, prefix = ''): Promise<OwnedDirectory> {
  const path = join(parent, `${prefix}${randomUUID()}`)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  // Whole from its first moment, as no file is, and before there is something to own.
  await symlink(JSON.stringify(await identifySelf()), ownerOf(path))
  const remove = (): Promise<void> => removeOwned(path)
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { path, remove }
}

/** Removes those in `parent` whose command has ended, and whatever else has such a name and no owner. What is another user's stays. */
export async function sweepOwned(parent: string, prefix = ''): Promise<void> {
  const names = (await orElse(readdir(parent), [])).filter((name) => name.startsWith(prefix))
  const self = names.length === 0 ? undefined : await identifySelf()
  for (const name of new Set(names.map((one) => one.replace(/\.owner$/, '')))) {
    const path = join(parent, name)
    const owner = parseIdentity(parseJson(await orElse(readlink(ownerOf(path)), '')))
    const isOver = self !== undefined && (owner === undefined || (await livenessOf(owner, self)) === 'dead')
    if (isOver && (await isOurs(path))) await removeOwned(path)
  }
}

/** Of the directory, or where that was never made, of what says whose it was to be. */
async function isOurs(path: string): Promise<boolean> {
  const found = (await orElse(lstat(path), undefined)) ?? (await orElse(lstat(ownerOf(path)), undefined))
  return found?.uid === process.geteuid?.()
}

async function removeOwned(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await rm(ownerOf(path), { force: true })
}

const ownerOf = (path: string): string => `${path}.owner`
