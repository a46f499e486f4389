/** `listen.json`: where the proxy of this home answers, as an operator asked for it last. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, type Host } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'

type Listen = Host['listen']

/** Undefined where none has been kept, or what was kept says nothing: then the operator has to say it again. */
export async function readListen(home: string): Promise<Listen | undefined> {
  const path = join(home, 'listen.json')
  const text = await attempt(`Cannot read ${path}`, () => orElse(readFile(path, 'utf8'), ''))
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { address, port } = value
  if (typeof address !== 'string' || address === '' || typeof port !== 'number') return undefined
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? { address, port } : undefined
}

/** Atomic and durable; writes nothing when it is kept already. */
export async function keepListen(home: string, { address, port }: Listen): Promise<void> {
  const kept = await readListen(home)
  if (kept?.address === address && kept.port === port) return
  const path = join(home, 'listen.json')
  await attempt(`Cannot write ${path}`, async () => {
    await mkdir(home, { recursive: true })
    await writeFileAtomic(path, `${JSON.stringify({ address, port })}\n`)
  })
}
