import { lstat } from 'node:fs/promises'
import { hop3Error, visible } from '@hop3/core'
import { orElse } from '@hop3/core/files'

/**
 * Keeps root from changing a home that belongs to another user, who could not use the files it would leave. Anybody else is kept away by
 * the modes of the files. Throws `environment.home-owner`. A home that is not there yet is anybody's to make.
 */
export async function checkHomeOwner(home: string, user: number | undefined): Promise<void> {
  const owner = (await orElse(lstat(home), undefined))?.uid
  if (user !== 0 || owner === undefined || owner === 0) return
  throw hop3Error('environment.home-owner', `Cannot change the home ${visible(home)}: it belongs to user ${owner}, and this is root.`, {
    hint: `Run the command as that user (\`setpriv --reuid=${owner} …\`), or set HOP3_HOME to a directory of your own.`,
    details: { home, owner },
  })
}
