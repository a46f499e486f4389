import type { SourceFilter, SourceFilterRequest } from './create-source-filter.ts'
import { gitNames, readGitPattern } from './git-pattern.ts'
import { readIfFile, readSourceText } from './read-source-text.ts'

/** See `createSourceFilter`. */
export function sourceFilter({ sourcePath, base = '', config, exclude = [] }: SourceFilterRequest): SourceFilter {
  const always = rules(base, exclude)
  const own = rules('', [...linesOf(readSourceText(sourcePath, '.hop3ignore') ?? ''), ...config.build.ignore])
  const gitignores = gitignoresOf(sourcePath)
  const directories = new Map<string, boolean>([['', false]])

  /** Nothing takes back what lies in a directory that is left out. */
  const isLeftOut = (path: string, isDirectory: boolean): boolean => {
    const known = isDirectory ? directories.get(path) : undefined
    if (known !== undefined) return known
    const found = isLeftOut(parentOf(path), true) || areAgainst(path, isDirectory)
    if (isDirectory) directories.set(path, found)
    return found
  }
  const areAgainst = (path: string, isDirectory: boolean): boolean => {
    const names = gitNames(path)
    if (always(names, isDirectory) === 'out') return true
    let found = own(names, isDirectory)
    for (let level = gitignores(parentOf(path)); level !== undefined && found === undefined; level = level.above) {
      found = level.rules(names, isDirectory)
    }
    return found === 'out'
  }
  return (relativePath, isDirectory) => !isNeverCopied(relativePath) && !isLeftOut(joined(base, relativePath), isDirectory)
}

/** A .gitignore and the next one above it: the deepest that has a line for a path decides. */
interface Gitignore {
  readonly rules: Rules
  readonly above: Gitignore | undefined
}

/** What holds for the entries of a directory. Each file is read once, and its lines are compiled once. */
function gitignoresOf(sourcePath: string): (directory: string) => Gitignore | undefined {
  const byDirectory = new Map<string, Gitignore | undefined>()
  const find = (directory: string): Gitignore | undefined => {
    if (byDirectory.has(directory)) return byDirectory.get(directory)
    const above = directory === '' ? undefined : find(parentOf(directory))
    const text = readIfFile(sourcePath, joined(directory, '.gitignore'))
    const found = text === undefined ? above : { rules: rules(directory, linesOf(text)), above }
    byDirectory.set(directory, found)
    return found
  }
  return find
}

/** What the lines say of a path, given by its names from the root of the source on; undefined when they say nothing. */
type Rules = (names: readonly string[], isDirectory: boolean) => 'in' | 'out' | undefined

/** Lines that hold below `directory`: the last one that means a path decides. */
function rules(directory: string, lines: readonly string[]): Rules {
  const patterns = lines.flatMap((line) => readGitPattern(line) ?? []).toReversed()
  const depth = directory === '' ? 0 : directory.split('/').length
  return (names, isDirectory) => {
    if (names.length <= depth) return undefined
    const found = patterns.find(({ onlyDirectories, matches }) => (isDirectory || !onlyDirectories) && matches(names, depth))
    return found && (found.isException ? 'in' : 'out')
  }
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/)
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
