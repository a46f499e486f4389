/** What documentation is made with, where the app's own manifest does not list it. */
import type { PythonApp } from '../python/python-app.ts'
import { tableAt, textsAt } from '../value-at.ts'
import type { SiteRequest } from './generator.ts'
import { readReadTheDocs } from './read-the-docs.ts'

export interface DocumentationRequirements {
  /** Requirements files. */
  readonly files: readonly string[]
  /** Requirements, one by one. */
  readonly extras: readonly string[]
  /** `.`: the project itself. */
  readonly project?: string
  readonly usesSource?: boolean
  readonly manifests: readonly string[]
  readonly origin?: string
}

/** `[build.site] requirements`, else Read the Docs' configuration, else a file in `directory` or another usual place, else an extra or group of pyproject.toml. */
export async function documentationRequirements(
  request: SiteRequest,
  app: PythonApp,
  directory: string | undefined,
): Promise<DocumentationRequirements> {
  const { source, names, options } = request
  const none = { extras: [], manifests: [] }
  if (options.requirements !== undefined) return { ...none, files: [options.requirements], origin: 'hop3.toml [build.site] requirements' }
  const readTheDocs = await readReadTheDocs({ source, names })
  if (readTheDocs !== undefined && (readTheDocs.requirements.length > 0 || readTheDocs.project !== undefined)) {
    const { requirements, project, origin } = readTheDocs
    if (project === undefined) return { ...none, files: requirements, origin }
    return { files: requirements, origin, ...projectItself(app, project.path, project.extras) }
  }
  const places = [...new Set([...(directory === undefined ? [] : [`${directory}/requirements.txt`]), ...usualPlaces])]
  for (const place of places) if (await isThere(request, place)) return { ...none, files: [place], origin: place }
  const extras = extrasOf(app, ['docs', 'doc', 'documentation'])
  return {
    files: [],
    extras,
    manifests: extras.length > 0 ? ['pyproject.toml'] : [],
    ...(extras.length > 0 && { origin: 'pyproject.toml' }),
  }
}

/** What it depends on is installed without the source where pyproject.toml says what that is. */
function projectItself(app: PythonApp, path: string, extras: readonly string[]): Omit<DocumentationRequirements, 'files' | 'origin'> {
  const { pyproject } = app
  const isDynamic = textsAt(pyproject?.data, 'project', 'dynamic').some((key) => /dependencies/.test(key))
  if (path !== '.' || tableAt(pyproject?.data, 'project') === undefined || isDynamic) {
    const self = `${path === '.' ? '.' : `./${path}`}${extras.length === 0 ? '' : `[${extras.join(',')}]`}`
    return { extras: [self], manifests: [], usesSource: true }
  }
  return { extras: [...(pyproject?.dependencies ?? []), ...extrasOf(app, extras)], manifests: ['pyproject.toml'], project: '.' }
}

const usualPlaces = [
  'docs/requirements.txt',
  'doc/requirements.txt',
  'requirements-docs.txt',
  'requirements-doc.txt',
  'docs-requirements.txt',
  'requirements/docs.txt',
  'requirements.txt',
]

async function isThere({ source, names }: SiteRequest, place: string): Promise<boolean> {
  return names.includes(place.split('/')[0] ?? '') && source.hasFile(place)
}

/** Extras and dependency groups of these names, by what they hold: what is a group, pip does not know. */
function extrasOf({ pyproject }: PythonApp, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [
    ...textsAt(pyproject?.data, 'project', 'optional-dependencies', name),
    ...textsAt(pyproject?.data, 'dependency-groups', name),
  ])
}
