/** What is known of a program that was started to be a home's proxy. */
import { readFile } from 'node:fs/promises'
import { isObject, parseJson } from './json.ts'
import { keptProcess } from './kept-process.ts'
import type { ProcessIdentity } from './process-identity.ts'
import type { ProxyContext } from './proxy.ts'

export interface ProxyRecord extends ProcessIdentity {
  /** Opens the proof, see `seenAt`. */
  readonly token: string
  readonly listen: ProxyContext['listen']
}

/** The record at `path`, if its process still is the same and runs. */
export async function liveProxy(path: string): Promise<ProxyRecord | undefined> {
  const [process, value] = await Promise.all([keptProcess(path), readFile(path, 'utf8').then(parseJson, () => undefined)])
  if (process === undefined || !isObject(value) || !isObject(value['listen'])) return undefined
  const { token } = value
  const { address, port } = value['listen']
  if (typeof token !== 'string' || typeof address !== 'string' || typeof port !== 'number') return undefined
  return { ...process, token, listen: { address, port } }
}
