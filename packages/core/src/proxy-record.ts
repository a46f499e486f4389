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
  /** For HTTPS. */
  readonly tls?: ProxyContext['listen']
}

/** The record at `path`, if its process still is the same and runs. */
export async function liveProxy(path: string): Promise<ProxyRecord | undefined> {
  const [process, known] = await Promise.all([keptProcess(path), knownProxy(path)])
  return process && known && { ...process, ...known }
}

/** What the record at `path` says of it, whether it runs or not. */
export async function knownProxy(path: string): Promise<Omit<ProxyRecord, keyof ProcessIdentity> | undefined> {
  const value = await readFile(path, 'utf8').then(parseJson, () => undefined)
  if (!isObject(value)) return undefined
  const { token } = value
  const [listen, tls] = [parsePlace(value['listen']), parsePlace(value['tls'])]
  if (typeof token !== 'string' || listen === undefined) return undefined
  return { token, listen, ...(tls && { tls }) }
}

function parsePlace(value: unknown): ProxyContext['listen'] | undefined {
  if (!isObject(value)) return undefined
  const { address, port } = value
  return typeof address === 'string' && typeof port === 'number' ? { address, port } : undefined
}
