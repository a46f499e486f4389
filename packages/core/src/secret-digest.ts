import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * A digest of secret values that says nothing to whoever does not have this cache's salt as well; empty for none. The order of names is none of
 * it; `null` is a secret that has no value.
 */
export async function secretDigest(cachePath: string, values: Readonly<Record<string, string | null>>): Promise<string> {
  const pairs = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (pairs.length === 0) return ''
  return createHmac('sha256', await readSalt(join(cachePath, 'salt')))
    .update(JSON.stringify(pairs))
    .digest('hex')
}

async function readSalt(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFile(file, 'utf8')
}
