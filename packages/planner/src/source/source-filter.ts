import type { SourceFilter, SourceFilterRequest } from './create-source-filter.ts'
import { readGitPattern } from './git-pattern.ts'
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
    const path = joined(base, relativePath)
    return !always(relativePath, isDirectory) && !rulesOf(parentOf(path)).rules(path, isDirectory)
  }
}

/** What applies to the entries of one directory: the lines of its .gitignore and those above it, and all rules ready to ask. */
interface DirectoryRules {
  readonly lines: readonly string[]
  readonly rules: Rules
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

/** Whether a path is left out. */
type Rules = (path: string, isDirectory: boolean) => boolean

/** The last line that means a path decides; nothing takes back what lies in a directory that is left out. */
function rules(lines: readonly string[]): Rules {
  const patterns = lines.flatMap((line) => readGitPattern(line) ?? []).toReversed()
  const leavesOut = (names: readonly string[], isDirectory: boolean): boolean =>
    patterns.find(({ onlyDirectories, matches }) => (isDirectory || !onlyDirectories) && matches(names))?.isException === false
  const directories = new Map<string, boolean>([['', false]])
  const isLeftOut = (path: string): boolean => {
    const known = directories.get(path)
    if (known !== undefined) return known
    const found = isLeftOut(parentOf(path)) || leavesOut(path.split('/'), true)
    directories.set(path, found)
    return found
  }
  return (path, isDirectory) => (isDirectory ? isLeftOut(path) : isLeftOut(parentOf(path)) || leavesOut(path.split('/'), false))
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
