/** Which of several projects is the app. */
import { hop3Error, visible, withoutTrailingSlashes } from '@hop3/core'
import type { Decision, SourceView } from '@hop3/core'
import { projectName } from './projects.ts'
import { readProject } from './project.ts'
import type { Project, ProjectKind } from './project.ts'

export interface ProjectRequest {
  readonly source: SourceView
  readonly appName: string
  /** The app's directory in a workspace; `''` otherwise. */
  readonly root: string
  readonly asked: string | undefined
}

export interface ProjectChoice {
  readonly project: Project
  readonly decision: Decision
  readonly warnings: readonly string[]
}

/** What is looked for, in this order. */
const kinds: readonly ProjectKind[] = ['web', 'wasm', 'worker', 'console']

/** Throws `config.dotnet.project`, `.several-projects`, `.no-project` and `.framework`. */
export async function chooseProject(all: readonly Project[], request: ProjectRequest): Promise<ProjectChoice> {
  const { root, asked } = request
  if (asked !== undefined) return choice(await namedProject(all, request.source, asked), 'hop3.toml [build.dotnet] project', all)
  const inside = root === '' ? all : all.filter(({ directory }) => directory === root || directory.startsWith(`${root}/`))
  const candidates = candidatesOf(inside)
  const [only, ...more] = candidates
  if (only === undefined) throw noProject(inside)
  if (more.length === 0) return choice(only, only.file, inside)
  const names = [request.appName.toLowerCase()]
  const byRoot = candidates.filter(({ directory }) => directory === root)
  const byName = candidates.filter(({ name }) => names.includes(name.toLowerCase()))
  const [found] = byRoot.length === 1 ? byRoot : byName.length === 1 ? byName : []
  if (found === undefined) throw severalProjects(candidates)
  return choice(found, byRoot.length === 1 ? found.file : `${found.file}, named like the app`, inside)
}

/** Those of the first kind there are. */
export function candidatesOf(projects: readonly Project[]): readonly Project[] {
  return kinds.map((kind) => projects.filter((one) => one.kind === kind)).find((found) => found.length > 0) ?? []
}

function choice(project: Project, origin: string, all: readonly Project[]): ProjectChoice {
  const workers = all.filter(({ kind, file }) => kind === 'worker' && file !== project.file)
  const hosted = filesBelow(all, project)
  const sites = all.filter(({ kind, file }) => kind === 'wasm' && !hosted.has(file))
  return {
    project,
    decision: { key: 'dotnet.project', value: project.file, origin },
    warnings: [...workers, ...sites].map(
      ({ file, kind }) =>
        `${file} is a ${kind === 'wasm' ? 'site' : 'program'} as well, and is not built: deploy it as an app of its own, with [build.dotnet] project = "${file}".`,
    ),
  }
}

/** Its own file, and those of all it refers to: a site among them is published with it. */
function filesBelow(all: readonly Project[], project: Project): ReadonlySet<string> {
  const found = new Set([project.file])
  for (const file of found) {
    const { references = [] } = all.find((one) => one.file === file) ?? (file === project.file ? project : {})
    for (const one of references) if (one !== undefined) found.add(one)
  }
  return found
}

async function namedProject(all: readonly Project[], source: SourceView, asked: string): Promise<Project> {
  const path = withoutTrailingSlashes(asked.replaceAll('\\', '/').replace(/^\.\//, ''))
  const found = all.filter(({ file, directory, name }) => [file, directory, name].includes(path))
  const isInside = !path.startsWith('/') && !path.split('/').includes('..')
  const project = found.length === 1 ? found[0] : projectName.test(path) && isInside ? await readProject(source, path) : undefined
  if (project !== undefined) return project
  throw hop3Error('config.dotnet.project', `hop3.toml [build.dotnet] project names ${visible(asked)}, which is no project of the app.`, {
    hint: all.length === 0 ? 'Name the file of a project: src/Web/Web.csproj.' : `There are: ${all.map(({ file }) => file).join(', ')}.`,
    details: { project: visible(asked), projects: all.map(({ file }) => file) },
  })
}

function severalProjects(candidates: readonly Project[]): Error {
  const files = candidates.map(({ file }) => file)
  return hop3Error(
    'config.dotnet.several-projects',
    `${files.length} projects make a program, and none is named like the app: ${files.join(', ')}.`,
    {
      hint: `Say in hop3.toml which one it is:\n[build.dotnet]\nproject = "${files[0] ?? ''}"`,
      details: { projects: files },
    },
  )
}

function noProject(all: readonly Project[]): Error {
  const windows = all.find(({ kind }) => kind === 'windows')
  if (windows !== undefined) {
    return hop3Error('config.dotnet.framework', `${windows.file} is for .NET Framework or for Windows, and runs nowhere else.`, {
      hint: 'Let it target a .NET that runs on Linux: <TargetFramework>net8.0</TargetFramework> in a project with an Sdk.',
      details: { project: windows.file },
    })
  }
  const seen =
    all.length === 0 ? 'there is no project' : `no project makes a program: ${all.map(({ file, kind }) => `${file} (${kind})`).join(', ')}`
  return hop3Error('config.dotnet.no-project', `The dotnet toolchain was asked for, but ${seen}.`, {
    hint: 'Name the project in hop3.toml:\n[build.dotnet]\nproject = "src/Web/Web.csproj"',
    details: { projects: all.map(({ file }) => file) },
  })
}
