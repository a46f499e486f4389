/** The file a lock is: published whole by `link`, so that nobody ever reads a part of it, and replaced by `rename`. */
import { link, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { hop3Error } from './errors.ts'
import { isObject, parseJson } from './json.ts'
import { parseIdentity, type ProcessIdentity } from './process-identity.ts'
import { shellQuote } from './command.ts'
import { orElse, systemCode } from './system-error.ts'

export interface Holder extends ProcessIdentity {
  readonly operation: string
  /** ISO 8601. */
  readonly since: string
  /** Unique to this holding of the lock. */
  readonly token: string
}

/** A file that says nothing: cut off by a power failure, or edited. Only its token is known. */
export type LockContent = Holder | { readonly pid: null; readonly token: string }

/** Makes the lock file unless there is one; says whether it did. */
export async function createLockFile(path: string, holder: Holder): Promise<boolean> {
  return withTemporary(path, holder, async (temporary) => {
    try {
      await link(temporary, path)
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw error
    }
  })
}

/** Puts the holder in the place of whatever the file says. Only for whoever has the right to (see `lock.ts`). */
export async function replaceLockFile(path: string, holder: Holder): Promise<void> {
  await withTemporary(path, holder, (temporary) => rename(temporary, path))
}

/** Removes the file if it is still the one with this token. */
export async function removeLockFile(path: string, token: string): Promise<void> {
  const found = await readLockFile(path)
  if (found?.token === token) await orElse(unlink(path), undefined)
}

/** Undefined when there is none. Throws `environment.lock-damaged` when it is no file. */
export async function readLockFile(path: string): Promise<LockContent | undefined> {
  try {
    const [text, { ino, mtimeNs }] = await Promise.all([readFile(path, 'utf8'), stat(path, { bigint: true })])
    return parseHolder(text) ?? { pid: null, token: `${ino}-${mtimeNs}` }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (systemCode(error) !== 'EISDIR') throw error
    throw hop3Error('environment.lock-damaged', `${path} should be a lock file, but it is a directory.`, {
      hint: `Remove it: rm -r ${shellQuote(path)}`,
      cause: error,
    })
  }
}

async function withTemporary<T>(path: string, holder: Holder, work: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.new-${holder.token}`
  try {
    await writeFile(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o644 })
    return await work(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
}

function parseHolder(text: string): Holder | undefined {
  const written = parseJson(text)
  const identity = parseIdentity(written)
  if (identity === undefined || !isObject(written)) return undefined
  const { operation, since, token } = written
  if (typeof operation !== 'string' || typeof since !== 'string') return undefined
  if (typeof token !== 'string' || !/^[0-9a-f]{16}$/.test(token)) return undefined
  return { ...identity, operation, since, token }
}
