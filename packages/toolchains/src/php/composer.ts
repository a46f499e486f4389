/** The parts of composer.json and composer.lock that planning uses. */
import { hop3Error, isHop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { originOf } from '../origin.ts'
import { tableAt, textAt, valueAt } from '../value-at.ts'

export interface Composer {
  readonly data: unknown
  /** Undefined without composer.lock, and where it is too long to read. */
  readonly lock: unknown
  readonly hasLock: boolean
  /** Packages the app needs in production, by name: its own, and those of the lock file. */
  readonly packages: ReadonlySet<string>
  /** Where a key stands: `composer.json:12`. */
  origin(key: string): string
}

/** Undefined without composer.json. Throws `config.php.composer-json` when it is not an object. */
export async function readComposer(source: SourceView): Promise<Composer | undefined> {
  const names = await source.list()
  if (!names.includes('composer.json')) return undefined
  const data = await source.readJson('composer.json')
  const text = await source.readText('composer.json')
  if (tableAt(data) === undefined) {
    throw hop3Error('config.php.composer-json', 'composer.json is not a JSON object.', {
      hint: 'Run `composer init` in an empty directory to see one.',
    })
  }
  const hasLock = names.includes('composer.lock')
  const lock = hasLock ? await readLock(source) : undefined
  return {
    data,
    lock,
    hasLock,
    packages: new Set([
      ...Object.keys(tableAt(data, 'require') ?? {}),
      ...lockedPackages(lock).flatMap((one) => textAt(one, 'name') ?? []),
    ]),
    origin: (key) => originOf('composer.json', text, new RegExp(`"${key.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}"\\s*:`)),
  }
}

/** The tables of a list. */
export function tablesAt(data: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(data, ...path)
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function lockedPackages(lock: unknown): readonly unknown[] {
  return tablesAt(lock, 'packages')
}

/** Those of large apps are longer than a source view reads; composer.json says the most important. */
async function readLock(source: SourceView): Promise<unknown> {
  try {
    return await source.readJson('composer.lock')
  } catch (error) {
    if (isHop3Error(error) && error.code === 'config.unreadable') return undefined
    throw error
  }
}
