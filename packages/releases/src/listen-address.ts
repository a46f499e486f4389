/** `listen.json`: where the proxy of this home answers, as an operator asked for it last. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, writeFileAtomic, type Host } from '@hop3/core'
import { absentIfDamaged, readKept } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { attempt } from './attempt.ts'

type Listen = Host['listen']

const damaged = 'environment.listen-damaged'
const damagedHint = 'Say it again, which writes the file anew, with the address and port they have: HOP3_LISTEN=127.0.0.1:8080 hop3 ps'

/** Undefined where none has been kept. Throws `environment.listen-damaged`: all apps would move to where nobody asked for them. */
export function readListen(home: string): Promise<Listen | undefined> {
  return readKept({
    path: join(home, 'listen.json'),
    damaged: (message, rest) => hop3Error('environment.listen-damaged', message, { ...rest, hint: damagedHint }),
    lack: 'it does not say at which address and port the apps answer',
    parse: listenOf,
  })
}

function listenOf(value: unknown): Listen | undefined {
  if (!isObject(value)) return undefined
  const { address, port } = value
  if (typeof address !== 'string' || address === '' || typeof port !== 'number') return undefined
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? { address, port } : undefined
}

/** Atomic and durable; writes nothing when it is kept already. What is damaged is written anew. */
export async function keepListen(home: string, { address, port }: Listen): Promise<void> {
  const kept = await absentIfDamaged(readListen(home), damaged)
  if (kept?.address === address && kept.port === port) return
  const path = join(home, 'listen.json')
  await attempt(`Cannot write ${path}`, async () => {
    await mkdir(home, { recursive: true })
    await writeFileAtomic(path, `${JSON.stringify({ address, port })}\n`)
  })
}
