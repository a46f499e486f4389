/** What an app's home keeps of its cluster: a file that cannot be read is not taken for one that was never there. */
import { readFile } from 'node:fs/promises'
import { hop3Error } from '@hop3/core'
import { orElse, systemCode } from '@hop3/core/files'
import { parseJson } from '@hop3/core/json'

/** `undefined` where there is no such file; else what `read` makes of its JSON. Throws `deploy.kubernetes.damaged` where that is nothing. */
export async function readKept<T>(path: string, read: (value: unknown) => T | undefined, hint: string): Promise<T | undefined> {
  const text = await orElse(readFile(path, 'utf8'), undefined).catch((cause: unknown) => {
    throw damaged(path, `cannot be read: ${systemCode(cause)}`, 'Let this user read it, then run the command again.')
  })
  if (text === undefined) return undefined
  const found = read(parseJson(text))
  if (found === undefined) throw damaged(path, 'is damaged', hint)
  return found
}

function damaged(path: string, how: string, hint: string): Error {
  return hop3Error('deploy.kubernetes.damaged', `${path} ${how}.`, { hint, details: { path } })
}
