/** What is remembered of an instance beside its processes: where it may answer, and where it did. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, type Upstream } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { instanceFile } from './layout.ts'

export interface InstanceRecord {
  /** Null without an address. */
  readonly port: number | null
  readonly socket: string | null
  /** Bytes its log had before it started. */
  readonly logOffset: number
  /** Set once it has passed the health gate. An instance without an address then has `address: ''`. */
  readonly healthyAt: Upstream | null
}

export async function writeRecord(directory: string, record: InstanceRecord): Promise<void> {
  await writeFileAtomic(join(directory, instanceFile.record), `${JSON.stringify(record)}\n`)
}

/**
 * Undefined when there is none, or it is damaged: the instance is then made anew. A file that cannot be read (no descriptors left, a failing
 * disk) says nothing about the instance, which may well be serving: that throws.
 */
export async function readRecord(directory: string): Promise<InstanceRecord | undefined> {
  const text = await readFile(join(directory, instanceFile.record), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    // Absent or torn: all the same to who asks.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function parse(value: unknown): InstanceRecord | undefined {
  if (!isObject(value)) return undefined
  const { port, socket, logOffset, healthyAt } = value
  if (!isPort(port) || !(socket === null || typeof socket === 'string') || typeof logOffset !== 'number') return undefined
  if (healthyAt === null) return { port, socket, logOffset, healthyAt }
  if (!isObject(healthyAt) || typeof healthyAt['address'] !== 'string' || !isPort(healthyAt['port'])) return undefined
  return { port, socket, logOffset, healthyAt: { address: healthyAt['address'], port: healthyAt['port'] } }
}

const isPort = (value: unknown): value is number | null => value === null || typeof value === 'number'
