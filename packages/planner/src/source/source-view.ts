import { readdirSync } from 'node:fs'
import type { SourceView } from '@hop3/core'
import { parseJson } from './parse-json.ts'
import { findEntry, unreadable, type SourceEntry } from './source-path.ts'
import { readSourceText } from './read-source-text.ts'
import { withinBounds } from './text-bounds.ts'

/**
 * A read-only view of the app at `sourcePath`. Only what is asked for is looked at, once: no walk, no listing of the root unless asked.
 * Links are followed inside the source and refused (`config.symlink-escapes`) where they leave it.
 *
 * The calls below are synchronous on purpose: a planner asks for some dozens of small files, one after another, and each question costs
 * microseconds this way against a trip through the thread pool the other.
 */
export function createSourceView(sourcePath: string): SourceView {
  const entry = cached((path) => findEntry(sourcePath, path))
  return sourceViewOf({
    kindOf: (path) => kindOf(entry(path)),
    textOf: (path) => readSourceText(sourcePath, path),
    namesIn: (path) => listDirectory(path, entry(path)),
  })
}

/** Where a view's files come from, other than a directory of this host: an archive, a commit, a table of texts. Paths are relative, with `/`. */
export interface SourceReader {
  readonly kindOf: (path: string) => 'file' | 'directory' | undefined
  /** Undefined where there is no file. */
  readonly textOf: (path: string) => string | undefined
  /** Of a directory, `.` being the source itself, sorted; empty where there is none. */
  readonly namesIn: (path: string) => readonly string[]
}

/** A read-only view that asks `reader` for each thing once, and hands out no text that is too long. */
export function sourceViewOf(reader: SourceReader): SourceView {
  const kind = cached(reader.kindOf)
  const text = cached((path) => {
    const found = reader.textOf(path)
    return found === undefined ? undefined : withinBounds(found, path)
  })
  const names = cached(reader.namesIn)
  const json = cached(async (path) => parseWith(async () => parseJson, path, text(path)))
  const toml = cached(async (path) => parseWith(async () => (await import('./parse-toml.ts')).parseToml, path, text(path)))
  const yaml = cached(async (path) => parseWith(async () => (await import('./parse-yaml.ts')).parseYaml, path, text(path)))
  return Object.freeze<SourceView>({
    hasFile: async (path) => kind(path) === 'file',
    hasDirectory: async (path) => kind(path) === 'directory',
    readText: async (path) => text(path),
    readJson: async (path) => json(path),
    readToml: async (path) => toml(path),
    readYaml: async (path) => yaml(path),
    list: async (directory = '.') => names(directory),
  })
}

/** Remembers results, not failures: those end the planning anyway. */
function cached<Result>(compute: (path: string) => Result): (path: string) => Result {
  const known = new Map<string, { readonly result: Result }>()
  return (path) => {
    const before = known.get(path)
    if (before !== undefined) return before.result
    const result = compute(path)
    known.set(path, { result })
    return result
  }
}

function kindOf(entry: SourceEntry | undefined): 'file' | 'directory' | undefined {
  if (entry?.stats.isFile()) return 'file'
  return entry?.stats.isDirectory() ? 'directory' : undefined
}

function listDirectory(path: string, entry: SourceEntry | undefined): readonly string[] {
  if (entry === undefined || !entry.stats.isDirectory()) return []
  try {
    return Object.freeze(readdirSync(entry.realPath).toSorted())
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function parseWith(
  loadParser: () => Promise<(text: string, path: string) => unknown>,
  path: string,
  text: string | undefined,
): Promise<unknown> {
  if (text === undefined) return undefined
  const parse = await loadParser()
  return parse(text, path)
}
