/** What an app's home keeps of its cluster: a file that cannot be read is not taken for one that was never there. */
import { hop3Error } from '@hop3/core'
import { readKept as readKeptFile } from '@hop3/core/files'

/** `undefined` where there is no such file; else what `parse` makes of its JSON. Throws `deploy.kubernetes.damaged` where that is nothing. */
export function readKept<T>(path: string, parse: (value: unknown) => T | undefined, hint: string): Promise<T | undefined> {
  return readKeptFile({
    path,
    parse,
    lack: 'it is damaged',
    damaged: (message, rest) => hop3Error('deploy.kubernetes.damaged', message, { ...rest, hint }),
  })
}
