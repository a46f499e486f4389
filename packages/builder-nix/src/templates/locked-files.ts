/** The files of a lock, and what they name in their turn: other lists, local wheels, the directories of modules. */
import { hash } from 'node:crypto'
import type { LockedTree } from './locked-tree.ts'

export interface LockedFile {
  /** Relative to the app. */
  readonly file: string
  readonly isOptional: boolean
  /** What of it counts. Default: all. */
  readonly part?: (text: string) => string
  /** What of the app is downloaded with it, by the rules of its format; `read` has other files of the app. Default: nothing. */
  readonly named?: (text: string, read: LockedTree['text']) => readonly string[]
}

export interface LockedPattern {
  /** Of a file's name. */
  readonly name: RegExp
}

/** Of the file, and all that it asks for in the app itself. Undefined where it is not there. */
export function digestOfFile({ text, digest }: LockedTree, { file, part, named }: LockedFile): string | undefined {
  const content = text(file)
  if (content === undefined) return undefined
  return hash('sha256', [part?.(content) ?? content, digest(named?.(content, text) ?? [])].join('\0'), 'hex')
}

/** Directories in which nothing of the app's own lies. */
const passed = new Set(['node_modules', 'vendor', 'target', 'build', 'dist', 'out'])

/** Of all files with such names, wherever they are. */
export function digestOfAnywhere({ files, digest }: LockedTree, { name }: LockedPattern): string {
  return digest(files.filter((path) => name.test(path.replace(/^.*\//, '')) && isOwn(path)))
}

function isOwn(path: string): boolean {
  const directories = path.split('/').slice(0, -1)
  return !directories.some((one) => passed.has(one) || (one.startsWith('.') && one !== '.mvn'))
}
