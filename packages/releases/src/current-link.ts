/**
 * `current` and `previous`: symbolic links that are only ever replaced by renaming another over them, so that a reader always finds one.
 *
 * Both move as one: `previous.new` is laid out first, `current` is renamed (this decides), and `previous.new` becomes `previous`. A
 * `previous.new` that leads elsewhere than `current` is the previous release, its last rename being due; one that leads to `current`
 * belongs to a switch that did not happen.
 */
import { lstat, readlink, rename, symlink, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { hop3Error, releaseCounter, shellQuote, syncDirectory, visible, type Hop3Error } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'
import { isCommitted, listReleases, releasePath } from './release-directories.ts'

/** Undefined when there is no link. Throws `environment.current-damaged` with what is there and the command that mends it. */
export async function readCurrent(root: string): Promise<string | undefined> {
  const path = join(root, 'current')
  const found = await attempt(`Cannot read ${path}`, () => orElse(lstat(path), undefined))
  if (found === undefined) return undefined
  if (!found.isSymbolicLink()) throw await damaged(root, found.isDirectory() ? 'it is a directory' : 'it is a file', found.isDirectory())
  const target = await readlink(path)
  const id = releaseOf(root, target)
  if (id === undefined) throw await damaged(root, `it leads to ${visible(target)}, which is no release of this app`)
  if (await isCommitted(releasePath(root, id))) return id
  const saw = (await orElse(lstat(releasePath(root, id)), undefined)) === undefined ? 'is not there' : 'was never committed'
  throw await damaged(root, `it leads to release ${id}, which ${saw}`)
}

/** The release that was current before, if it is still there. */
export async function readPrevious(root: string): Promise<string | undefined> {
  return attempt(`Cannot read ${join(root, 'previous')}`, async () => {
    const [current, due] = await Promise.all([linkedRelease(root, 'current'), linkedRelease(root, 'previous.new')])
    const id = due !== undefined && due !== current ? due : await linkedRelease(root, 'previous')
    return id !== undefined && (await isCommitted(releasePath(root, id))) ? id : undefined
  })
}

/** Moves both links. `id` must be committed: otherwise it throws `internal.switch`. */
export async function switchCurrent(root: string, id: string): Promise<void> {
  if (!(await isCommitted(releasePath(root, id))))
    throw hop3Error('internal.switch', `Release ${id} cannot become current: it was never committed.`)
  const before = await readCurrent(root)
  await attempt(`Cannot switch to release ${id}`, async () => {
    await settlePrevious(root)
    if (before === id) return
    if (before !== undefined) await makeLink(root, 'previous.new', before)
    await makeLink(root, 'current.new', id)
    await syncDirectory(root)
    await rename(join(root, 'current.new'), join(root, 'current'))
    await syncDirectory(root)
    await settlePrevious(root)
  })
}

/** Makes the rename that a killed switch still owed, or takes back what it had laid out. */
async function settlePrevious(root: string): Promise<void> {
  const [current, due] = await Promise.all([linkedRelease(root, 'current'), linkedRelease(root, 'previous.new')])
  if (due === undefined) return
  if (due === current) await unlink(join(root, 'previous.new'))
  else await rename(join(root, 'previous.new'), join(root, 'previous'))
  await syncDirectory(root)
}

async function makeLink(root: string, name: string, id: string): Promise<void> {
  await orElse(unlink(join(root, name)), undefined)
  await symlink(join('releases', id), join(root, name))
}

/** The release id a link names, whether or not it is there; undefined for no link or one that leads elsewhere. */
async function linkedRelease(root: string, name: string): Promise<string | undefined> {
  const target = await orElse(readlink(join(root, name)), undefined, ['ENOENT', 'EINVAL'])
  return target === undefined ? undefined : releaseOf(root, target)
}

function releaseOf(root: string, target: string): string | undefined {
  const path = resolve(root, target)
  return dirname(path) === join(root, 'releases') && releaseCounter(basename(path)) !== undefined ? basename(path) : undefined
}

async function damaged(root: string, saw: string, isDirectory = false): Promise<Hop3Error> {
  const path = join(root, 'current')
  const newest = (await listReleases(root)).findLast((one) => one.committed)
  // `ln -sfn` would make its link inside a directory.
  const steps = isDirectory ? [`mv ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`] : []
  if (newest !== undefined) steps.push(`ln -sfn ${shellQuote(`releases/${newest.id}`)} ${shellQuote(path)}`)
  else if (!isDirectory) steps.push(`rm ${shellQuote(path)}`)
  return hop3Error('environment.current-damaged', `${path} should be a link to a release, but ${saw}.`, {
    hint: `${newest === undefined ? 'No release is left to lead to; remove it and deploy again' : 'Lead it to the newest release'}: ${steps.join(' && ')}`,
    details: { path, saw },
  })
}
