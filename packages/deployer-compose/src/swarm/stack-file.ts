/** The document of a generation as it was made: what is wanted again of the same generation is the same, but for the counts. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { formatDocument } from '../document.ts'
import { stackFile } from './stack-names.ts'
import type { StackDocument, StackService } from './stack-document.ts'

/** Undefined where there is none, or it is damaged. */
export async function readStack(directory: string): Promise<StackDocument | undefined> {
  const text = await readFile(join(directory, source), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const value = parseJson(text)
  return isStack(value) ? value : undefined
}

/** Writes it twice: for us, and as Docker reads it. */
export async function writeStack(directory: string, document: StackDocument): Promise<void> {
  await writeFileAtomic(join(directory, stackFile.document), formatDocument(document), { mode: 0o600 })
  await writeFileAtomic(join(directory, source), `${JSON.stringify(document)}\n`, { mode: 0o600 })
}

const source = 'source.json'

function isStack(value: unknown): value is StackDocument {
  return (
    isObject(value) &&
    typeof value['version'] === 'string' &&
    isObject(value['services']) &&
    Object.values(value['services']).every(isService)
  )
}

function isService(value: unknown): value is StackService {
  return (
    isObject(value) &&
    typeof value['image'] === 'string' &&
    Array.isArray(value['environment']) &&
    isObject(value['deploy']) &&
    typeof value['deploy']['replicas'] === 'number'
  )
}
