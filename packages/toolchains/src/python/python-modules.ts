/** Under which name a file of an app is imported, and from where. */
import { posix } from 'node:path'
import type { PythonApp } from './python-app.ts'

export interface Module {
  /** `shop.main` */
  readonly name: string
  /** The directory, relative to the app, that has to be on the module path besides the app's own. */
  readonly importRoot?: string
}

/**
 * `app/main.py` is `app.main`; but it is `main`, with `app` on the path, where it imports files that lie beside it by their bare names. What
 * lies in a package below `src` is imported by the package's own name, as it would be installed.
 */
export async function moduleOf({ source, names }: PythonApp, path: string, text: string): Promise<Module> {
  const directory = posix.dirname(path)
  if (directory === '.') return { name: dotted(path) }
  if (/^src\/.+\//.test(path)) return { name: dotted(path.slice('src/'.length)), importRoot: 'src' }
  if (path.endsWith('/__init__.py')) return { name: dotted(path) }
  const imported = [...text.matchAll(/^(?:from|import)\s+([A-Za-z_]\w*)/gm)].map((found) => found[1] ?? '')
  const beside = await source.list(directory)
  const has = (list: readonly string[], name: string): boolean => list.includes(name) || list.includes(`${name}.py`)
  const importsBeside = imported.some((name) => has(beside, name) && !has(names, name))
  return importsBeside ? { name: dotted(posix.basename(path)), importRoot: directory } : { name: dotted(path) }
}

function dotted(path: string): string {
  return path.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
}
