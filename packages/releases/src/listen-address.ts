/** `listen.json`: where the proxy of this home answers, as an operator asked for it last. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, isHop3Error, writeFileAtomic, type Host } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'

type Listen = Host['listen']

/** Undefined where none has been kept. Throws `environment.listen-damaged`: all apps would move to where nobody asked for them. */
export async function readListen(home: string): Promise<Listen | undefined> {
  const path = join(home, 'listen.json')
  const text = await attempt(`Cannot read ${path}`, () => orElse(readFile(path, 'utf8'), undefined))
  if (text === undefined) return undefined
  const found = listenOf(parseJson(text))
  if (found !== undefined) return found
  throw hop3Error('environment.listen-damaged', `${path} cannot be used: it does not say at which address and port the apps answer.`, {
    hint: 'Say it again, which writes the file anew, with the address and port they have: HOP3_LISTEN=127.0.0.1:8080 hop3 ps',
    details: { path },
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
  const kept = await readListen(home).catch(absentIfDamaged)
  if (kept?.address === address && kept.port === port) return
  const path = join(home, 'listen.json')
  await attempt(`Cannot write ${path}`, async () => {
    await mkdir(home, { recursive: true })
    await writeFileAtomic(path, `${JSON.stringify({ address, port })}\n`)
  })
}

function absentIfDamaged(error: unknown): undefined {
  if (!isHop3Error(error) || error.code !== 'environment.listen-damaged') throw error
}
