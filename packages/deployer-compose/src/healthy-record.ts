/** Which containers of a project have passed the gate, beside its document. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, type Upstream } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { projectFile } from './layout.ts'

/** One that has passed: where it answers (`address: ''` where it has no address), and its process then. */
export interface HealthyContainer extends Upstream {
  readonly pid: number
}

/** By container id. */
export type HealthyRecord = ReadonlyMap<string, HealthyContainer>

/** Empty where there is none, or it is damaged: what runs has to prove itself again. */
export async function readHealthy(directory: string): Promise<HealthyRecord> {
  const text = await readFile(join(directory, projectFile.healthy), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const value = parseJson(text)
  return new Map(isObject(value) ? Object.entries(value).flatMap(([id, one]) => entry(id, one)) : [])
}

export async function addHealthy(directory: string, added: HealthyRecord): Promise<void> {
  const all = new Map([...(await readHealthy(directory)), ...added])
  await writeFileAtomic(join(directory, projectFile.healthy), `${JSON.stringify(Object.fromEntries(all))}\n`, { mode: 0o600 })
}

function entry(id: string, value: unknown): readonly (readonly [string, HealthyContainer])[] {
  if (!isObject(value) || typeof value['address'] !== 'string') return []
  const { port, pid } = value
  if (port !== null && typeof port !== 'number') return []
  return [[id, { address: value['address'], port, pid: typeof pid === 'number' ? pid : 0 }]]
}
