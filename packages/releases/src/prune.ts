/** Which releases may go, and their going. `current` and `previous` never do; when `current` is damaged, nothing does. */
import { hop3Error, type ReleaseEntry } from '@hop3/core'
import { readCurrent, readPrevious } from './current-link.ts'
import { attempt } from './attempt.ts'
import { listReleases, removeRelease } from './release-directories.ts'

/** Every release, oldest first. A damaged `current` is no reason not to list them. */
export async function releaseEntries(root: string): Promise<readonly ReleaseEntry[]> {
  const [found, current, previous] = await Promise.all([
    attempt(`Cannot list the releases in ${root}`, () => listReleases(root)),
    readCurrent(root).catch(() => undefined),
    readPrevious(root),
  ])
  return found.map((one) => ({ ...one, isCurrent: one.id === current, isPrevious: one.id === previous }))
}

/** Removes one release. Throws `internal.discard` for current and previous. */
export async function discardRelease(root: string, id: string): Promise<void> {
  if (await isInUse(root, id)) throw hop3Error('internal.discard', `Release ${id} cannot be removed: it is in use.`)
  await removeRelease(root, id)
}

/**
 * Removes all but the newest `keep` committed releases, and every uncommitted one; a committed one only if `mayGo`. One that cannot be
 * removed does not stop the others; its error is thrown in the end. Returns the ids of those it removed.
 */
export async function pruneReleases(
  root: string,
  keep: number,
  mayGo: (id: string) => Promise<boolean> = async () => true,
): Promise<readonly string[]> {
  const found = await listReleases(root)
  const committed = found.filter((one) => one.committed)
  const kept = new Set(committed.slice(Math.max(0, committed.length - keep)).map((one) => one.id))
  const removed: string[] = []
  const problems: unknown[] = []
  for (const { id, committed: isReal } of found) {
    if (kept.has(id) || (await isInUse(root, id))) continue
    try {
      if (isReal && !(await mayGo(id))) continue
      await removeRelease(root, id)
      removed.push(id)
    } catch (error) {
      problems.push(error)
    }
  }
  if (problems.length > 0) throw problems[0]
  return removed
}

async function isInUse(root: string, id: string): Promise<boolean> {
  return id === (await readCurrent(root)) || id === (await readPrevious(root))
}
