/** Bundles that were changed after they were written. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { tempDirectory } from '../temp-home.ts'
import { partsOf, stage, writeParts, type Part } from './bundle-stage.ts'

/** Made by the first test that asks, because only a test has a directory. */
const good = once(async () => partsOf((await (await stage({ 'source/a.txt': 'a', 'source/bin/link': '-> ../a.txt' })).export()).file))

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

export type Json = Record<string, unknown>
type Entries = Json[]

export interface Change {
  /** The manifest, as parsed JSON. */
  readonly manifest?: (manifest: Json & { entries: Entries; origin: Json; artifact: Json }) => void
  readonly parts?: (parts: Part[]) => void
}

export async function tampered({ manifest, parts }: Change): Promise<string> {
  const copy = (await good()).map(({ header, body }) => ({ header: { ...header }, body: Buffer.from(body) }))
  const first = copy[0]
  if (manifest !== undefined && first !== undefined) {
    const value = JSON.parse(first.body.toString())
    manifest(value)
    first.body = Buffer.from(JSON.stringify(value))
  }
  parts?.(copy)
  return writeParts(join(await tempDirectory(), 'bad.hop3'), copy)
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
export const fileEntry = (path: string, text: string): Json => ({
  type: 'file',
  path,
  mode: 0o644,
  size: text.length,
  sha256: digest(text),
  modified: 0,
})
export const filePart = (path: string, text: string): Part => ({ header: { name: `files/${path}`, type: 'file' }, body: Buffer.from(text) })
