/** The source as Nix gets to see it, by path: what is ignored or left out of the store is no part of what is downloaded either. */
import { hash } from 'node:crypto'
import { join, posix } from 'node:path'
import type { SourceEntry } from '@hop3/planner/source-tree'
import { readText } from './read-text.ts'

/** Paths are relative to the app, with `/`; links are followed, and none leads out of it. */
export interface LockedTree {
  /** Where a path leads in the end, `''` for the app itself; undefined where nothing is there. */
  readonly find: (path: string) => string | undefined
  /** Undefined where there is no file. Throws `build.nix-lock` for too large a one. */
  readonly text: (path: string) => string | undefined
  /** Of files and directories with all in them, and of what their links lead to; equal for equal content. */
  readonly digest: (paths: readonly string[]) => string
  /** Of every file. */
  readonly files: readonly string[]
}

/** Links of one path, as the system counts them. */
const mostLinks = 40

/** Files of Hop3's own: from-plan.nix keeps them from every template. */
const own = new Set(['hop3.nix', 'hop3-plan.json', 'hop3.lock.json', 'hop3.toml'])

/** `root` has the texts of the entries. */
export function lockedTree(root: string, entries: readonly SourceEntry[]): LockedTree {
  const byPath = new Map(entries.filter(({ path }) => !own.has(path)).map((entry) => [entry.path, entry]))

  function find(path: string, left = mostLinks): string | undefined {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.')
    let at = ''
    for (const [index, part] of parts.entries()) {
      if (part === '..') {
        if (at === '') return undefined
        at = directoryOf(at)
        continue
      }
      const next = below(at, part)
      const entry = byPath.get(next)
      if (entry === undefined || (entry.kind === 'link' && left === 0)) return undefined
      if (entry.kind === 'link') return find([at, entry.target, ...parts.slice(index + 1)].join('/'), left - 1)
      at = next
    }
    return at
  }

  function text(path: string): string | undefined {
    const found = find(path)
    return found === undefined || byPath.get(found)?.kind !== 'file' ? undefined : readText(join(root, found))
  }

  /** A directory may be named from within itself. */
  function collect(path: string, found: Set<string>): void {
    const start = find(path)
    if (start === undefined || found.has(start)) return
    found.add(start)
    if (byPath.get(start)?.kind === 'file') return
    for (const entry of byPath.values()) {
      if (!isBelow(entry.path, start) || isModule(entry.path.slice(start.length))) continue
      if (entry.kind === 'link') collect(entry.path, found)
      found.add(entry.path)
    }
  }

  function digest(paths: readonly string[]): string {
    const found = new Set<string>()
    for (const path of paths) collect(path, found)
    const facts = [...found].toSorted().map((path) => {
      const entry = byPath.get(path)
      return [path, entry?.kind ?? 'directory', entry?.kind === 'file' ? entry.hash : entry?.kind === 'link' ? entry.target : ''].join('\0')
    })
    return hash('sha256', facts.join('\0\0'), 'hex')
  }

  return { find, text, digest, files: [...byPath.values()].filter(({ kind }) => kind === 'file').map(({ path }) => path) }
}

function directoryOf(path: string): string {
  const directory = posix.dirname(path)
  return directory === '.' ? '' : directory
}

function below(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}

function isBelow(path: string, directory: string): boolean {
  return directory === '' || path.startsWith(`${directory}/`)
}

/** What a package manager has installed here is not what it takes. */
function isModule(path: string): boolean {
  return /(?:^|\/)node_modules(?:\/|$)/.test(path)
}
