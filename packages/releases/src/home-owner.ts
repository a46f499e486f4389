import { lstat } from 'node:fs/promises'
import { hop3Error, visible } from '@hop3/core'
import { orElse } from './attempt.ts'

/**
 * Refuses to change a home that belongs to another user: root could, and its owner could not use the files it would leave. Throws
 * `environment.home-owner`. A home that is not there yet is anybody's to make.
 */
export async function checkHomeOwner(home: string, user: number | undefined): Promise<void> {
  const owner = (await orElse(lstat(home), undefined))?.uid
  if (owner === undefined || user === undefined || owner === user) return
  throw hop3Error(
    'environment.home-owner',
    `Cannot change the home ${visible(home)}: it belongs to user ${owner}, and this is user ${user}.`,
    {
      hint: `Run the command as that user, or set HOP3_HOME to a directory of your own.`,
      details: { home, owner, user },
    },
  )
}
