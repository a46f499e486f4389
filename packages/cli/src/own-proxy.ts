import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { identifySelf, livenessOf, parseIdentity } from '@hop3/core/processes'

export interface OwnProxy {
  readonly pid: number
  readonly port: number
}

/** The proxy that this home keeps running, if there is one: what `@hop3/proxy-embedded` wrote down, of a process that lives. */
export async function ownProxy({ home }: Host): Promise<OwnProxy | undefined> {
  const record = parseJson(await readFile(join(home.path, 'proxy/server.json'), 'utf8').catch(() => ''))
  const [identity, port] = [parseIdentity(record), portIn(record)]
  if (identity === undefined || port === undefined) return undefined
  return (await livenessOf(identity, await identifySelf())) === 'alive' ? { pid: identity.pid, port } : undefined
}

function portIn(record: unknown): number | undefined {
  const listen = isObject(record) ? record['listen'] : undefined
  const port = isObject(listen) ? listen['port'] : undefined
  return typeof port === 'number' && Number.isInteger(port) && port > 0 ? port : undefined
}
