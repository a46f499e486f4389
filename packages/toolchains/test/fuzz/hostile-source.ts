/** An app that has what is asked for, often enough, with contents nobody meant: whatever files a toolchain reads, it gets bad ones. */
import type { SourceView } from '@hop3/core'
import { sourceViewOf } from '@hop3/planner'
import { basename, extname } from 'node:path'
import type { Corpus } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Random } from './random.ts'

export interface HostileSource {
  readonly view: SourceView
  /** What it has answered, to see what a finding rests on. */
  readonly files: ReadonlyMap<string, string>
}

export function hostileSource(corpus: Corpus, random: Random): HostileSource {
  const density = random.pick([0.03, 0.1, 0.3, 0.7])
  const kinds = new Map<string, 'file' | 'directory' | undefined>()
  const files = new Map<string, string>()
  const kindOf = (path: string): 'file' | 'directory' | undefined => {
    const known = kinds.get(path)
    if (known !== undefined || kinds.has(path)) return known
    const kind =
      path === '.' ? 'directory' : random.chance(density) ? random.pick(['file', 'file', 'file', 'directory'] as const) : undefined
    kinds.set(path, kind)
    return kind
  }
  const textOf = (path: string): string | undefined => {
    if (kindOf(path) !== 'file') return undefined
    const text = files.get(path) ?? mutate(seedText(path, corpus, random), random)
    files.set(path, text)
    return text
  }
  const namesIn = (path: string): readonly string[] => {
    if (kindOf(path) !== 'directory') return []
    const names = corpus.names.filter(() => random.chance(density))
    for (const name of names)
      kinds.set(path === '.' ? name : `${path}/${name}`, extname(name) === '' && random.chance(0.3) ? 'directory' : 'file')
    return names.toSorted()
  }
  return { view: sourceViewOf({ kindOf, textOf, namesIn }), files }
}

function seedText(path: string, { named, all }: Corpus, random: Random): string {
  const own = random.chance(0.85) ? (named.get(basename(path)) ?? named.get(extname(path)) ?? []) : []
  return random.pick(own.length === 0 ? all : own)
}
