/** go.mod and go.work, as far as planning needs them. */
import { posix } from 'node:path'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'
import type { VersionPick } from '../version-pick.ts'

export interface GoModule {
  /** Where its go.mod lies, relative to the source; `''` for the root. */
  readonly directory: string
  /** `example.com/shop`. */
  readonly path: string
  /** Module paths of `require`. */
  readonly requires: ReadonlySet<string>
  /** The `go` directive: the oldest version that will do. */
  readonly go: VersionPick | undefined
  /** The `toolchain` directive: the version its authors build with. */
  readonly toolchain: VersionPick | undefined
  /** Directories inside the source that `replace` puts in place of modules. */
  readonly replacements: readonly string[]
}

export interface GoSource {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  /** The members of go.work, or the one module, or none. */
  readonly modules: readonly GoModule[]
  /** The directives of go.work. */
  readonly work: Pick<GoModule, 'go' | 'toolchain'> | undefined
}

export async function readGoSource(source: SourceView): Promise<GoSource> {
  const names = await source.list()
  const work = names.includes('go.work') ? await source.readText('go.work') : undefined
  const used = work === undefined ? [''] : directive(work, 'use').map(([path = '']) => insideSource('', path))
  const modules = await Promise.all(used.filter((one) => one !== undefined).map((directory) => readModule(source, directory)))
  return {
    source,
    names,
    modules: modules.filter((one) => one !== undefined),
    work: work === undefined ? undefined : versionsIn('go.work', work),
  }
}

async function readModule(source: SourceView, directory: string): Promise<GoModule | undefined> {
  const file = posix.join(directory, 'go.mod')
  const text = await source.readText(file)
  if (text === undefined) return undefined
  const replaced = directive(text, 'replace').flatMap((words) => words.slice(words.indexOf('=>') + 1, words.indexOf('=>') + 2))
  return {
    directory,
    path: directive(text, 'module')[0]?.[0] ?? '',
    requires: new Set(directive(text, 'require').map(([path = '']) => path)),
    replacements: replaced.filter((path) => path.startsWith('.')).flatMap((path) => insideSource(directory, path) ?? []),
    ...versionsIn(file, text),
  }
}

function versionsIn(file: string, text: string): Pick<GoModule, 'go' | 'toolchain'> {
  const pick = (name: string): VersionPick | undefined => {
    const version = /^(?:go)?(\d+(?:\.\d+){0,2}(?:(?:rc|beta)\d+)?)/.exec(directive(text, name)[0]?.[0] ?? '')?.[1]
    return version === undefined ? undefined : { version, origin: originOf(file, text, new RegExp(`^[ \\t]*${name}[ \\t]`, 'm')) }
  }
  return { go: pick('go'), toolchain: pick('toolchain') }
}

/** The words after `name`, on its own line or in its block, without comments and quotes. */
function directive(text: string, name: string): readonly (readonly string[])[] {
  const found: string[][] = []
  let block = ''
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const words = line
      .replace(/\/\/.*/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => word.replace(/^["`]|["`]$/g, ''))
    if (words[0] === ')') block = ''
    else if (words[1] === '(' || words[0]?.endsWith('(') === true) block = (words[0] ?? '').replace('(', '')
    else if (block === name && words.length > 0) found.push(words)
    else if (block === '' && words[0] === name) found.push(words.slice(1))
  }
  return found
}

/** Undefined for a path that leaves the source. */
function insideSource(from: string, path: string): string | undefined {
  const joined = posix.join(from, path).replace(/\/$/, '')
  return joined.startsWith('..') || posix.isAbsolute(path) ? undefined : joined === '.' ? '' : joined
}
