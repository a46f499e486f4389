/** Dependencies that lie in the source itself: an install reads them as well. */
import { insidePath } from '../inside.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

/**
 * The directories and files inside the app that manifests name by path. Undefined when one of them is the app itself, or where it lies takes
 * more than a look: then only the whole source will do.
 */
export async function localPaths({ source, names, pyproject }: PythonApp): Promise<readonly string[] | undefined> {
  const pipfile = names.includes('Pipfile') ? await source.readToml('Pipfile') : undefined
  const data = pyproject?.data
  const groups = Object.values(tableAt(data, 'tool', 'poetry', 'group') ?? {}).map((group) => tableAt(group, 'dependencies'))
  const tables = [
    tableAt(data, 'tool', 'uv', 'sources'),
    tableAt(data, 'tool', 'poetry', 'dependencies'),
    ...groups,
    tableAt(pipfile, 'packages'),
  ]
  const paths = tables.flatMap((table) => Object.values(table ?? {}).flatMap(pathsOf))
  const requirements = textsAt(data, 'project', 'dependencies').filter((one) => /@\s*file:/.test(one))
  const inside = paths.flatMap((path) => insidePath(path) ?? [])
  const isPlain = requirements.length === 0 && inside.length === paths.length
  return isPlain ? [...new Set(inside)].toSorted() : undefined
}

/** A source may be a list of sources, each for one platform. */
function pathsOf(source: unknown): readonly string[] {
  const sources: readonly unknown[] = Array.isArray(source) ? source : [source]
  return sources.flatMap((one) => textAt(one, 'path') ?? textAt(one, 'file') ?? (valueAt(one, 'editable') === true ? '.' : []))
}
