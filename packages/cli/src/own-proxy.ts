import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '@hop3/core'

export interface OwnProxy {
  readonly pid: number
  readonly port: number
}

/** The proxy that this home keeps running, if there is one: what `@hop3/proxy-embedded` wrote down, of a process that lives. */
export async function ownProxy({ home }: Host): Promise<OwnProxy | undefined> {
  const record = parse(await readFile(join(home.path, 'proxy/server.json'), 'utf8').catch(() => ''))
  return record !== undefined && isAlive(record.pid) ? record : undefined
}

function parse(text: string): OwnProxy | undefined {
  try {
    const record: unknown = JSON.parse(text)
    const [pid, port] = [numberIn(record, 'pid'), numberIn(isObject(record) ? record['listen'] : undefined, 'port')]
    return pid === undefined || port === undefined ? undefined : { pid, port }
  } catch {
    return undefined
  }
}

function numberIn(value: unknown, key: string): number | undefined {
  const number = isObject(value) ? value[key] : undefined
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // Nor is a process of another user this home's.
    return false
  }
}
