/** The gems a Ruby app runs with, by exact name: from Gemfile and Gemfile.lock, without what only development and tests use. */
import type { SourceView } from '@hop3/core'
import { parseGemfile } from './gemfile.ts'
import type { Gemfile } from './gemfile.ts'
import { parseGemfileLock } from './gemfile-lock.ts'
import type { GemfileLock } from './gemfile-lock.ts'

export interface RubyApp {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  /** `Gemfile` or `gems.rb`, with its lock file's name. */
  readonly files?: { readonly gemfile: string; readonly lock: string }
  readonly gemfile?: Gemfile
  readonly lock?: GemfileLock
  /** Gem → locked version, or the number in its requirement, or ''. */
  readonly gems: ReadonlyMap<string, string>
  /** True when its own Gemfile names the gem, for production. */
  declares(name: string): boolean
}

export const usuallyWithout = ['development', 'test']

export async function readRubyApp(source: SourceView, without: readonly string[] = usuallyWithout): Promise<RubyApp> {
  const names = await source.list()
  const files = [
    { gemfile: 'Gemfile', lock: 'Gemfile.lock' },
    { gemfile: 'gems.rb', lock: 'gems.locked' },
  ].find(({ gemfile }) => names.includes(gemfile))
  if (files === undefined) return { source, names, gems: new Map(), declares: () => false }
  const gemfile = parseGemfile(files.gemfile, (await source.readText(files.gemfile)) ?? '')
  const lockText = names.includes(files.lock) ? await source.readText(files.lock) : undefined
  const lock = lockText === undefined ? undefined : parseGemfileLock(files.lock, lockText)
  const declared = gemfile.gems.filter(({ groups }) => groups.length === 0 || groups.some((one) => !without.includes(one)))
  const numbers = new Map(declared.map(({ name, requirements }) => [name, /\d+(?:\.\d+)*/.exec(requirements[0] ?? '')?.[0] ?? '']))
  const gems = lock === undefined ? impliedBy(numbers) : reachable(lock, [...numbers.keys(), ...(gemfile.hasGemspec ? lock.local : [])])
  return { source, names, files, gemfile, ...(lock && { lock }), gems, declares: (name) => numbers.has(name) }
}

/** The major and minor version of a gem; undefined where nothing says it. */
export function gemVersion({ gems }: RubyApp, name: string): readonly [major: number, minor: number] | undefined {
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(gems.get(name) ?? '') ?? []
  return major === undefined ? undefined : [Number(major), Number(minor)]
}

function reachable({ gems }: GemfileLock, roots: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const wanted = [...roots]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const gem = gems.get(name)
    if (found.has(name)) continue
    found.set(name, gem?.version ?? '')
    wanted.push(...(gem?.dependencies ?? []))
  }
  return found
}

/** Without a lock file: what the frameworks are known to bring. Rails has had its asset pipeline as a gem of its own since 7. */
function impliedBy(numbers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const rails = numbers.get('rails')
  const isOld = rails !== undefined && /^[3-6]\b/.test(rails)
  return new Map([...(isOld ? [['sprockets-rails', ''] as const] : []), ...numbers])
}
