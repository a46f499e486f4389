import { deployersOf } from './candidates.ts'
import type { Converging } from './converge.ts'
import { toHop3Error } from './errors.ts'
import type { JournalRecord } from './home.ts'
import { removeArtifact, removeUnfinished } from './remove-artifact.ts'
import { statusUnder } from './under-deployers.ts'

/** Removes the release the operation was making, unless it has come to serve, or something still runs from it. */
export async function discardMade(converging: Converging, records: readonly JournalRecord[]): Promise<void> {
  const { appHome } = converging
  const made = records.find((one) => one.makes !== undefined)?.makes
  if (made === undefined || made === (await appHome.current()) || made === (await appHome.previous())) return
  if (await mayRun(converging, records, made)) return
  if (await needsArtifact(converging, records, made)) return
  await appHome.discard(made)
}

/** Whether what it is made of has to stay, and the release with it, for `prune` to try again. */
async function needsArtifact(converging: Converging, records: readonly JournalRecord[], made: string): Promise<boolean> {
  const { appHome, host } = converging
  const isCommitted = (await appHome.releases()).some((one) => one.id === made && one.committed)
  try {
    // A builder that fails leaves nothing; one that was killed may.
    const wasKilled = !records.some((one) => one.step === 'undo')
    if (!isCommitted && wasKilled) await removeUnfinished(converging, made, records)
    const needed = isCommitted ? await removeArtifact(converging, made) : undefined
    if (needed !== undefined) host.log.warn(`${made} is kept, because ${needed}.`)
    return needed !== undefined
  } catch (error) {
    const { message } = toHop3Error(error, 'Cannot ask')
    if (isCommitted) host.log.warn(`${made} is kept, because what it is made of cannot be removed: ${message}`)
    else host.log.debug(`What ${made} was to be made of could not be looked for: ${message}`)
    return isCommitted
  }
}

/** A release nobody can be asked about is kept: it costs disk, and `prune` removes it one day. */
async function mayRun({ appHome, host }: Converging, records: readonly JournalRecord[], made: string): Promise<boolean> {
  try {
    const found = (await statusUnder({ appHome, host }, deployersOf(records))).filter((one) => one.release === made)
    if (found.length > 0)
      host.log.warn(`${made} is kept, because ${found.map((one) => `${one.worker}.${one.ordinal}`).join(', ')} still runs from it.`)
    return found.length > 0
  } catch (error) {
    host.log.warn(`${made} is kept, because whether something runs from it cannot be seen: ${toHop3Error(error, 'Cannot ask').message}`)
    return true
  }
}
