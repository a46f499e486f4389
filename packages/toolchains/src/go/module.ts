/** go.mod and go.work, as far as planning needs them. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { insidePath, isInside } from '../inside.ts'
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

/** A workspace is read no further. */
const modulesAtMost = 200

export interface GoSource {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  /** The members of go.work, or the one module, or none. */
  readonly modules: readonly GoModule[]
  /** The directives of go.work. */
  readonly work: GoWork | undefined
}

export interface GoWork extends Pick<GoModule, 'go' | 'toolchain'> {
  /** It puts other modules in the place of some. */
  readonly replaces: boolean
}

export async function readGoSource(source: SourceView): Promise<GoSource> {
  const names = await source.list()
  const work = names.includes('go.work') ? await source.readText('go.work') : undefined
  const workspace = work === undefined ? undefined : directivesOf(work)
  const used = workspace === undefined ? [''] : workspace('use').map(([path = '']) => insideSource('', path))
  const directories = [...new Set(used.filter((one) => one !== undefined))].slice(0, modulesAtMost)
  const modules = await Promise.all(directories.map((directory) => readModule(source, directory)))
  return {
    source,
    names,
    modules: modules.filter((one) => one !== undefined),
    work:
      work === undefined || workspace === undefined
        ? undefined
        : { ...versionsIn('go.work', work, workspace), replaces: workspace('replace').length > 0 },
  }
}

async function readModule(source: SourceView, directory: string): Promise<GoModule | undefined> {
  const file = joinPaths(directory, 'go.mod')
  const text = await source.readText(file)
  if (text === undefined) return undefined
  const directive = directivesOf(text)
  const replaced = directive('replace').flatMap((words) => words.slice(words.indexOf('=>') + 1, words.indexOf('=>') + 2))
  return {
    directory,
    path: directive('module')[0]?.[0] ?? '',
    requires: new Set(directive('require').map(([path = '']) => path)),
    replacements: replaced.filter((path) => path.startsWith('.')).flatMap((path) => insideSource(directory, path) ?? []),
    ...versionsIn(file, text, directive),
  }
}

function versionsIn(file: string, text: string, directive: Directives): Pick<GoModule, 'go' | 'toolchain'> {
  const pick = (name: string): VersionPick | undefined => {
    const version = /^(?:go)?(\d+(?:\.\d+){0,2}(?:(?:rc|beta)\d+)?)/.exec(directive(name)[0]?.[0] ?? '')?.[1]
    return version === undefined ? undefined : { version, origin: originOf(file, text, new RegExp(`^[ \\t]*${name}[ \\t]`, 'm')) }
  }
  return { go: pick('go'), toolchain: pick('toolchain') }
}

/** The words after a name, on its own line or in its block, without comments and quotes; one list for each line. */
type Directives = (name: string) => readonly (readonly string[])[]

function directivesOf(text: string): Directives {
  const found = new Map<string, string[][]>()
  const add = (name: string, words: string[]): void => void (found.get(name)?.push(words) ?? found.set(name, [words]))
  let block = ''
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const words = wordsOf(line)
    const [first] = words
    if (first === undefined) continue
    if (first === ')') block = ''
    else if (words[1] === '(' || first.endsWith('(')) block = first.replace('(', '')
    else if (block === '') add(first, words.slice(1))
    else add(block, words)
  }
  return (name) => found.get(name) ?? []
}

function wordsOf(line: string): string[] {
  const [code = ''] = line.split('//', 1)
  return code
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/^["`]|["`]$/g, ''))
}

/** Undefined for a path that leaves the source. */
function insideSource(from: string, path: string): string | undefined {
  const joined = joinPaths(from, path)
  return posix.isAbsolute(path) || !isInside(joined) ? undefined : (insidePath(joined) ?? '')
}
