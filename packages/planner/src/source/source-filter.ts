import ignore, { type Ignore } from 'ignore'
import type { SourceFilter, SourceFilterRequest } from './create-source-filter.ts'
import { readIfFile, readSourceText } from './read-source-text.ts'

/** See `createSourceFilter`. */
export function sourceFilter({ sourcePath, base = '', config, exclude = [] }: SourceFilterRequest): SourceFilter {
  const own = [...linesOf(readSourceText(sourcePath, '.hop3ignore')), ...config.build.ignore]
  const always = rules(exclude)
  const byDirectory = new Map<string, DirectoryRules>()

  const rulesOf = (directory: string): DirectoryRules => {
    const known = byDirectory.get(directory)
    if (known !== undefined) return known
    const inherited = directory === '' ? { lines: [], rules: rules(own) } : rulesOf(parentOf(directory))
    const found = withGitignore(inherited, directory, readIfFile(sourcePath, joined(directory, '.gitignore')), own)
    byDirectory.set(directory, found)
    return found
  }
  return (relativePath, isDirectory) => {
    if (isNeverCopied(relativePath)) return false
    const slash = isDirectory ? '/' : ''
    const path = joined(base, relativePath)
    return !always.ignores(relativePath + slash) && !rulesOf(parentOf(path)).rules.ignores(path + slash)
  }
}

/** What applies to the entries of one directory: the lines of its .gitignore and those above it, and all rules ready to ask. */
interface DirectoryRules {
  readonly lines: readonly string[]
  readonly rules: Ignore
}

function withGitignore(inherited: DirectoryRules, directory: string, text: string | undefined, own: readonly string[]): DirectoryRules {
  if (text === undefined) return inherited
  const lines = [...inherited.lines, ...linesOf(text).map((line) => below(directory, line))]
  return { lines, rules: rules([...lines, ...own]) }
}

/** A line of `directory`'s .gitignore as a line of the root's. */
function below(directory: string, line: string): string {
  if (directory === '' || line.trim() === '' || line.startsWith('#')) return line
  const isNegative = line.startsWith('!')
  const pattern = isNegative ? line.slice(1) : line
  const isAnchored = pattern.trimEnd().replace(/\/$/, '').includes('/')
  const prefix = `/${directory.replace(/[\\*?[\]]/g, '\\$&')}/`
  return `${isNegative ? '!' : ''}${prefix}${isAnchored ? pattern.replace(/^\//, '') : `**/${pattern}`}`
}

function rules(patterns: readonly string[]): Ignore {
  // Git compares names as they are written; the library's default does not.
  return ignore({ ignorecase: false, allowRelativePaths: true }).add([...patterns])
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(/\r?\n/)
}

/** '' is the root. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function joined(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}

function isNeverCopied(path: string): boolean {
  return path === '.hop3' || path.startsWith('.hop3/') || path.split('/').includes('.git')
}
