import { createHmac, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { orElse, systemCode } from './system-error.ts'
import { writeNewFile } from './write-file-atomic.ts'

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

/** Published whole by `link`: whoever comes second reads all of the first one's salt, or none and makes its own. */
async function readSalt(file: string): Promise<string> {
  const known = await orElse(readFile(file, 'utf8'), undefined)
  if (known !== undefined && /^[0-9a-f]{64}$/.test(known)) return known
  // Cut off by a full disk: digests made with a part of a salt would say something of the values.
  if (known !== undefined) await rm(file, { force: true })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}-${process.hrtime.bigint()}.tmp`
  try {
    await writeNewFile(temporary, randomBytes(32).toString('hex'))
    await link(temporary, file)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  return readFile(file, 'utf8')
}
