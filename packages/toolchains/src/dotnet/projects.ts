/** The projects of an app: those in its root, those of its solution, else those that a bounded search finds. */
import { posix } from 'node:path'
import { joinPaths, normalPath } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { findFiles } from '../find-files.ts'
import type { Element } from '../xml.ts'
import { readProject } from './project.ts'
import type { Project } from './project.ts'
import { readProjectFile } from './properties.ts'

export const projectName = /\.(?:cs|fs|vb)proj$/i
export const solutionName = /\.slnx?$/i
const projectsAtMost = 100

/** Throws `config.dotnet.xml`. `isWide`: search everywhere, not only where a file of the root hints at .NET. */
export async function readProjects(source: SourceView, names: readonly string[], isWide: boolean): Promise<readonly Project[]> {
  const inSolutions = await Promise.all(names.filter((name) => solutionName.test(name)).map((name) => solutionProjects(source, name)))
  const known = [...names.filter((name) => projectName.test(name)), ...inSolutions.flat()]
  const files = known.length > 0 ? known : await search(source, names, isWide)
  const projects = await Promise.all([...new Set(files)].slice(0, projectsAtMost).map((file) => readProject(source, file)))
  return projects.filter((project) => project !== undefined)
}

/** Files of a root that only .NET has. */
const hints = /^(?:global\.json|nuget\.config|directory\.(?:build|packages)\.props)$/i

const others =
  /^(?:package\.json|deno\.jsonc?|pyproject\.toml|requirements\.txt|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|build\.sbt|Gemfile|composer\.json|mix\.exs|project\.clj|deps\.edn)$/

async function search(source: SourceView, names: readonly string[], isWide: boolean): Promise<readonly string[]> {
  if (isWide || names.some((name) => hints.test(name))) return findFiles(source, projectName, { depth: 4, directories: 200 })
  if (!names.includes('src') || names.some((name) => others.test(name))) return []
  const solutions = (await source.list('src')).filter((name) => solutionName.test(name))
  if (solutions.length > 0) return (await Promise.all(solutions.map((name) => solutionProjects(source, `src/${name}`)))).flat()
  // `src/Web/Web.csproj` without a solution. Most apps with such a directory are of other languages, and are not to wait for this.
  const near = await findFiles(source, projectName, { directory: 'src', depth: 2, directories: 20 })
  return near.length === 0 ? [] : findFiles(source, projectName, { directory: 'src', depth: 4, directories: 200 })
}

/** Its paths are relative to where it lies. */
async function solutionProjects(source: SourceView, name: string): Promise<readonly string[]> {
  const paths = name.endsWith('x') ? await inXml(source, name) : inText((await source.readText(name)) ?? '')
  return paths
    .map((path) => normalPath(joinPaths(posix.dirname(name), path.replaceAll('\\', '/'))))
    .filter((path) => projectName.test(path) && !/^(?:\.\.)?\//.test(path))
}

/** `Project("{…}") = "Web", "src\Web\Web.csproj", "{…}"`. */
function inText(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*Project\("[^"\n]*"\)\s*=\s*"[^"\n]*",\s*"([^"\n]*)"/gm)].map((found) => found[1] ?? '')
}

async function inXml(source: SourceView, name: string): Promise<readonly string[]> {
  const file = await readProjectFile(source, name)
  const all = ({ children, attributes }: Element): readonly string[] => [
    ...(attributes['Path'] === undefined ? [] : [attributes['Path']]),
    ...children.flatMap(all),
  ]
  return file === undefined ? [] : all(file.root)
}
