/** Numbers that only grow, whatever the clock says and whatever crashes: of releases and of generations. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatReleaseId, hop3Error, isHop3Error, releaseCounter, writeFileAtomic, type ReleaseSlot } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'
import { readOpenRecords } from './journal.ts'
import { listReleases, releasePath } from './release-directories.ts'
import { readAppState } from './state.ts'

/** The slot after every release there is or was. Writes nothing. */
export async function nextRelease(root: string, buildId: string): Promise<ReleaseSlot> {
  const known = await readCounters(root)
  const there = await attempt('Cannot list the releases', () => listReleases(root))
  const highest = Math.max(known.release, ...there.map(({ id }) => releaseCounter(id) ?? 0))
  const id = formatReleaseId(highest + 1, buildId)
  if (releaseCounter(id) === undefined)
    throw hop3Error('internal.build-id', `A build id begins with 8 hexadecimal digits, not with "${buildId.slice(0, 8)}".`)
  return { id, path: releasePath(root, id), buildId }
}

/** From here on `nextRelease` gives a later one. */
export async function countRelease(root: string, { id }: ReleaseSlot): Promise<void> {
  const known = await readCounters(root)
  await writeCounters(root, { ...known, release: Math.max(known.release, releaseCounter(id) ?? 0) })
}

/** A generation nobody has had: beyond the counter's, the state's and the journal's, so that losing any one of them does no harm. */
export async function nextGeneration(root: string): Promise<number> {
  const known = await readCounters(root)
  const records = await ignoringDamage(readOpenRecords(root), [])
  const state = await ignoringDamage(readAppState(root), undefined)
  const generation = Math.max(known.generation, state?.generation ?? 0, ...records.map((one) => one.generation ?? 0)) + 1
  await writeCounters(root, { ...known, generation })
  return generation
}

interface Counters {
  readonly release: number
  readonly generation: number
}

/** Zeros when the file is lost or damaged: the callers raise them by what else they find. */
async function readCounters(root: string): Promise<Counters> {
  const text = await attempt('Cannot read the counters', () => orElse(readFile(join(root, 'counters.json'), 'utf8'), ''))
  const found = /^\{"release":(\d{1,15}),"generation":(\d{1,15})\}$/.exec(text.trim())
  return { release: Number(found?.[1] ?? 0), generation: Number(found?.[2] ?? 0) }
}

async function writeCounters(root: string, { release, generation }: Counters): Promise<void> {
  await attempt('Cannot write the counters', () =>
    writeFileAtomic(join(root, 'counters.json'), `${JSON.stringify({ release, generation })}\n`),
  )
}

async function ignoringDamage<T, N>(reading: Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await reading
  } catch (error) {
    if (isHop3Error(error) && error.code.endsWith('-damaged')) return nothing
    throw error
  }
}
