/** The namespaces with a `-main`, where people put them. */
import { posix } from 'node:path'
import { hop3Error, joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { programText } from '../readable-text.ts'

export interface MainNamespace {
  readonly name: string
  readonly file: string
}

const usual = ['main', 'core', 'server', 'system', 'app', 'web', 'handler', 'service', 'api']
const directoriesAtMost = 100
const deepest = 4

/** In the usual files of the source directories, as far down as `com/example/shop`. */
export async function findMains(source: SourceView, paths: readonly string[], appName: string): Promise<readonly MainNamespace[]> {
  const wanted = new Set([...usual, appName.replaceAll('-', '_')])
  const found: MainNamespace[] = []
  for (const path of paths.filter(isInside)) {
    for (const file of (await filesBelow(source, path)).filter((one) => wanted.has(/\/([^/]+)\.cljc?$/.exec(one)?.[1] ?? ''))) {
      const text = await programText(source, file)
      if (text !== undefined && /^\(defn\s+(?:\^\S+\s+)*-main\b/m.test(text)) found.push({ name: namespaceOf(path, file), file })
    }
  }
  return found
}

/** The file of a namespace: `src/shop/core.clj`; undefined where it lies nowhere. */
export async function fileOfNamespace(source: SourceView, paths: readonly string[], namespace: string): Promise<string | undefined> {
  const inside = namespace.replace(/\/.*$/, '').replaceAll('-', '_').replaceAll('.', '/')
  for (const path of paths.filter(isInside)) {
    for (const file of ['clj', 'cljc'].map((extension) => `${joinPaths(path, inside)}.${extension}`)) {
      if (await source.hasFile(file)) return file
    }
  }
  return undefined
}

/** The only one. Throws `config.clojure.several-mains`. */
export function onlyMain(mains: readonly MainNamespace[]): MainNamespace | undefined {
  const [only, ...more] = mains
  if (only === undefined || more.length === 0) return only
  const listed = mains.map(({ name, file }) => `${name} (${file})`).join(', ')
  throw hop3Error(
    'config.clojure.several-mains',
    `${mains.length} namespaces have a -main, and nothing says which one starts: ${listed}.`,
    {
      hint: `Say in hop3.toml which one it is:\n[build.clojure]\nmain = "${only.name}"`,
      details: { namespaces: mains.map(({ name }) => name) },
    },
  )
}

/** Level by level. */
async function filesBelow(source: SourceView, path: string): Promise<readonly string[]> {
  let files: readonly string[] = []
  let level = [path]
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const names = await Promise.all(
      level.slice(0, directoriesAtMost).map(async (inside) => (await source.list(inside)).map((name) => joinPaths(inside, name))),
    )
    files = [...files, ...names.flat().filter((name) => /\.cljc?$/.test(name))]
    level = names.flat().filter((name) => !posix.basename(name).includes('.'))
  }
  return files
}

function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..')
}

function namespaceOf(path: string, file: string): string {
  return posix
    .relative(path, file)
    .replace(/\.cljc?$/, '')
    .replaceAll('/', '.')
    .replaceAll('_', '-')
}
