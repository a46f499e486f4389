import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A digest of secret values that says nothing to whoever does not have this cache's salt as well; empty for none. */
export async function secretDigest(
  cachePath: string,
  names: readonly string[],
  secret: (name: string) => string | undefined,
): Promise<string> {
  if (names.length === 0) return ''
  const values = names.toSorted().map((name) => [name, secret(name) ?? null])
  return createHmac('sha256', await readSalt(join(cachePath, 'salt')))
    .update(JSON.stringify(values))
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
