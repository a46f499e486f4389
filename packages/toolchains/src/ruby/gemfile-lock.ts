/** Gemfile.lock: which gems, in which versions, from where. */
import type { VersionPick } from '../version-pick.ts'

export interface LockedGem {
  readonly version: string
  /** `x86_64-linux` where the gem comes compiled. */
  readonly platforms: readonly string[]
  readonly dependencies: readonly string[]
}

export interface GemfileLock {
  readonly gems: ReadonlyMap<string, LockedGem>
  /** Gems in directories of the source: names, and the directories. */
  readonly local: readonly string[]
  readonly paths: readonly string[]
  readonly remotes: readonly string[]
  readonly ruby?: VersionPick
  readonly bundler?: VersionPick
}

export function parseGemfileLock(file: string, text: string): GemfileLock {
  const gems = new Map<string, { version: string; platforms: string[]; dependencies: string[] }>()
  const [local, paths, remotes]: [string[], string[], string[]] = [[], [], []]
  let [section, current] = ['', '']
  let ruby: VersionPick | undefined
  let bundler: VersionPick | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const origin = `${file}:${index + 1}`
    if (/^\S/.test(line)) section = line.trim()
    const remote = /^ {2}remote: (.+)$/.exec(line)?.[1]
    if (remote !== undefined && section === 'GEM') remotes.push(remote)
    if (remote !== undefined && section === 'PATH') paths.push(remote)
    const [, name, version = '', platform] = /^ {4}([\w.-]+) \(([^)-]+)(?:-([^)]+))?\)$/.exec(line) ?? []
    if (name !== undefined && ['GEM', 'PATH', 'GIT'].includes(section)) {
      current = name
      const gem = gems.get(name) ?? { version, platforms: [], dependencies: [] }
      if (platform !== undefined) gem.platforms.push(platform)
      if (section === 'PATH') local.push(name)
      gems.set(name, gem)
    }
    const dependency = /^ {6}([\w.-]+)/.exec(line)?.[1]
    if (dependency !== undefined) gems.get(current)?.dependencies.push(dependency)
    const written = /^ {2,}(?:(ruby) )?(\d[\w.]*?)(?:p\d+)?$/.exec(line)
    if (section === 'RUBY VERSION' && written?.[1] !== undefined) ruby = { version: written[2] ?? '', origin }
    if (section === 'BUNDLED WITH' && written?.[2] !== undefined) bundler = { version: written[2], origin }
  }
  return { gems, local, paths, remotes, ...(ruby && { ruby }), ...(bundler && { bundler }) }
}
