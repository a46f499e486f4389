/**
 * Ends what a killed command left running. Every command of an operation leads a process group of its own, so nothing ends with the one
 * that started it; what they all have, children included, is `HOP3_OPERATION=<app>@<token>` in the environment they were started with.
 */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { hop3Error, type Clock } from '@hop3/core'
import { endMarked } from '@hop3/core/processes'
import { orElse } from '@hop3/core/files'

export interface OrphanSearch {
  /** The app's directory. */
  readonly root: string
  readonly appName: string
  /** Whose processes are left alone. */
  readonly token: string
  readonly clock: Clock
}

/** What the tokens of one app of one home begin with: another home may have an app of the same name. */
export async function operationMark(root: string): Promise<string> {
  return createHash('sha256')
    .update(await realpath(root))
    .digest('hex')
    .slice(0, 16)
}

/** See `AppHome.endOrphans`, and `endMarked` for what is found. Throws `environment.orphan` when a process outlives even SIGKILL. */
export async function endOrphans({ root, appName, token, clock }: OrphanSearch): Promise<void> {
  const mark = `${appName}@${await orElse(operationMark(root), '')}`
  if (mark.endsWith('@')) return
  const isMarked = (operation: string): boolean => operation.startsWith(mark) && operation !== `${appName}@${token}`
  const { immortal } = await endMarked({ name: 'HOP3_OPERATION', isMarked, clock })
  if (immortal.length > 0) throw immortalError(appName, immortal)
}

function immortalError(appName: string, pids: readonly number[]): Error {
  return hop3Error(
    'environment.orphan',
    `Cannot end what an earlier, killed command on ${appName} left running: pid ${pids.join(', ')} still runs after SIGKILL.`,
    { hint: `See what it waits for: ps -o pid,stat,wchan,args -p ${pids.join(',')}`, details: { pids } },
  )
}
