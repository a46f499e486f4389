/** What a requirements.txt names of the app, by the rules of pip: a word that happens to be a directory as well names a package. */
import { posix } from 'node:path'
import type { LockedTree } from './locked-tree.ts'

/** Lists (`-r`, `-c`) are named from where they are named, all else from the app. With what the lists name in their turn; none twice. */
export function namedByList(text: string, read: LockedTree['text']): readonly string[] {
  const found = new Set<string>()
  collect(text, '', { read, found })
  return [...found]
}

interface Collecting {
  readonly read: LockedTree['text']
  readonly found: Set<string>
}

function collect(text: string, directory: string, collecting: Collecting): void {
  for (const line of logicalLines(text)) {
    const [, list] = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(line) ?? []
    if (list !== undefined) readList(posix.join(directory, withoutScheme(list)), collecting)
    else for (const path of placesIn(line, directory)) collecting.found.add(path)
  }
}

function readList(path: string, collecting: Collecting): void {
  if (collecting.found.has(path)) return
  collecting.found.add(path)
  collect(collecting.read(path) ?? '', posix.dirname(path), collecting)
}

/** Without comments, and with continuations joined. */
function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}

function placesIn(line: string, directory: string): readonly string[] {
  const [, links] = /^(?:-f|--find-links)[\s=]*(\S+)/.exec(line) ?? []
  // pip looks beside the list first.
  if (links !== undefined) return [posix.join(directory, withoutScheme(links)), withoutScheme(links)].filter(isInner)
  const [, editable] = /^(?:-e|--editable)[\s=]*(.+)$/.exec(line) ?? []
  if (editable === undefined && line.startsWith('-')) return []
  const [, reference] = /^[\w.-]+\s*(?:\[[^\]]*\]\s*)?@\s*(.+)$/.exec(line) ?? []
  const [word = ''] = withoutScheme((editable ?? reference ?? line).trim().replace(/^(["'])(.*)\1/, '$2')).split(/#|;|\s--/, 1)
  const path = withoutExtras(word.trimEnd())
  return isPlace(path, editable !== undefined || reference !== undefined) && isInner(path) ? [path] : []
}

/** `path[extra,other]`. */
function withoutExtras(word: string): string {
  const start = word.endsWith(']') ? word.indexOf('[', word.lastIndexOf(']', word.length - 2) + 1) : -1
  return start === -1 ? word : word.slice(0, start)
}

/** pip takes for a path what has a `/` in it or begins with a dot, and files of packages. */
function isPlace(path: string, isReference: boolean): boolean {
  return isReference || path.startsWith('.') || path.includes('/') || /\.(?:whl|zip|tar|tgz|tar\.(?:gz|bz2|xz|lzma))$/.test(path)
}

function isInner(path: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(path)
}

function withoutScheme(word: string): string {
  return word.replace(/^file:(?!\/)/, '')
}
