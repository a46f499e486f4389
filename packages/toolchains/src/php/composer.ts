/** The parts of composer.json and composer.lock that planning uses. */
import { hop3Error, isHop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { checkManifest, notAnObject } from '../manifest.ts'
import type { Expected } from '../manifest.ts'
import { jsonKey, originOf } from '../origin.ts'
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

const read: readonly Expected[] = [
  { at: ['type'], is: 'string', write: '"type": "project"' },
  { at: ['require'], is: ['table', 'list'], write: '"require": { "php": ">=8.2" }' },
  { at: ['require', 'php'], is: 'string', write: '"php": ">=8.2"' },
  // PHP writes an empty object as an empty list.
  ...['config', 'extra', 'scripts'].map((name): Expected => ({ at: [name], is: ['table', 'list'], write: `"${name}": {}` })),
  { at: ['config', 'vendor-dir'], is: 'string', write: '"vendor-dir": "vendor"' },
  { at: ['extra', 'public-dir'], is: 'string', write: '"public-dir": "public"' },
  { at: ['repositories'], is: ['table', 'list'], write: '"repositories": [{ "type": "path", "url": "packages/tax" }]' },
]

/** Undefined without composer.json. Throws `config.invalid` for what the plan would be made without, and `config.php.composer-json` when it is not an object. */
export async function readComposer(source: SourceView): Promise<Composer | undefined> {
  const names = await source.list()
  if (!names.includes('composer.json')) return undefined
  const data = await source.readJson('composer.json')
  const text = await source.readText('composer.json')
  if (tableAt(data) === undefined) {
    throw hop3Error('config.php.composer-json', ...notAnObject({ file: 'composer.json', text, data }, 'composer init'))
  }
  checkManifest({ file: 'composer.json', text, data }, read)
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
    origin: (key) => originOf('composer.json', text, jsonKey(key)),
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
    if (isHop3Error(error) && (error.code === 'config.unreadable' || error.code === 'config.too-large')) return undefined
    throw error
  }
}
