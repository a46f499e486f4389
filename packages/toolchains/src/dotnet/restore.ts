/** The packages of NuGet, fetched by the projects alone. */
import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, SourceView } from '@hop3/core'
import { elementsAt, readXml } from '../xml.ts'
import { directoriesAbove, noXml } from './properties.ts'
import { readProject } from './project.ts'
import type { Project } from './project.ts'

export interface Restore {
  /** Undefined where more than manifests says what to fetch: then the build does. */
  readonly install?: PhaseInput
  /** All projects that are built: the app's, and what it needs. */
  readonly projects: readonly Project[]
  readonly isLocked: boolean
  /** Variables that nuget.config takes passwords from. */
  readonly secrets: readonly string[]
}

export const packages = '~/.nuget/packages'
const projectsAtMost = 100
/** Files that MSBuild and NuGet read of a project's directory and of those above it; on Linux by exactly these names. */
const beside = /^(?:Directory\.Build\.(?:props|targets)|Directory\.Packages\.props|global\.json|nuget\.config|NuGet\.config|NuGet\.Config)$/
/** Where these are set, what is restored lies elsewhere than in `obj`. */
const elsewhere = /BaseIntermediateOutputPath|MSBuildProjectExtensionsPath|UseArtifactsOutput|ArtifactsPath/

/** What is fetched may be said by another file, or by a choice between two. */
const elsewhereSaid = /<Import\s+Project=|<Choose[\s>]/

export interface RestoreRequest {
  /** The directory that commands run in. */
  readonly from: string
  readonly configuration: string
}

/** Throws `config.dotnet.xml`. */
export async function planRestore(source: SourceView, project: Project, { from, configuration }: RestoreRequest): Promise<Restore> {
  const { projects, isWhole } = await withReferences(source, project)
  const directories = [...new Set(projects.flatMap(({ directory }) => directoriesAbove(directory)))].toSorted()
  const settings = (await Promise.all(directories.map((directory) => inDirectory(source, directory, beside)))).flat()
  const locks = (
    await Promise.all(projects.map(({ directory }) => inDirectory(source, directory, /^packages(?:\.[\w.-]+)?\.lock\.json$/)))
  ).flat()
  const texts = await Promise.all(settings.map(async (file) => ({ file, text: (await source.readText(file)) ?? '' })))
  const feeds = texts.filter(({ file }) => /nuget\.config$/i.test(file))
  const all = [...texts.map(({ text }) => text), ...projects.map(({ text }) => text)]
  const isPlain =
    isWhole &&
    !projects.some(({ file }) => file.endsWith('.esproj')) &&
    !all.some((text) => elsewhere.test(text) || elsewhereSaid.test(text)) &&
    !feeds.some(hasLocalFeed)
  const isLocked = locks.some((file) => posix.dirname(file) === (project.directory || '.'))
  const secrets = [
    ...new Set(feeds.flatMap(({ text }) => [...text.matchAll(/%([A-Z_][A-Z0-9_]*)%/g)].map((one) => one[1] ?? ''))),
  ].toSorted()
  const isConditional = all.some((text) => text.includes('$(Configuration)'))
  const words = [
    'dotnet',
    'restore',
    posix.relative(from, project.file),
    ...(isLocked ? ['--locked-mode'] : []),
    // Packages of one configuration only: without this, those of Debug are fetched.
    ...(isConditional ? [`-p:Configuration=${configuration}`] : []),
  ]
  const install: PhaseInput = {
    cmds: [words.map(shellQuote).join(' ')],
    onlyIncludeFiles: [...projects.map(({ file }) => file), ...settings, ...locks].toSorted(),
    cacheDirectories: [packages],
    outputs: projects.map(({ directory }) => joinPaths(directory, 'obj')),
    ...(secrets.length > 0 && { secrets }),
  }
  return { projects, isLocked, secrets, ...(isPlain && { install }) }
}

async function withReferences(
  source: SourceView,
  project: Project,
): Promise<{ readonly projects: readonly Project[]; readonly isWhole: boolean }> {
  const projects = [project]
  let isWhole = true
  for (const { references } of projects) {
    for (const file of references) {
      if (projects.some((one) => one.file === file)) continue
      const found = file === undefined || projects.length === projectsAtMost ? undefined : await readProject(source, file)
      if (found === undefined) isWhole = false
      else projects.push(found)
    }
  }
  return { projects, isWhole }
}

async function inDirectory(source: SourceView, directory: string, pattern: RegExp): Promise<readonly string[]> {
  const names = await source.list(directory === '' ? undefined : directory)
  return names.filter((name) => pattern.test(name)).map((name) => joinPaths(directory, name))
}

/** A feed that is a directory of the app. */
function hasLocalFeed({ file, text }: { readonly file: string; readonly text: string }): boolean {
  return elementsAt(readXml(file, text, noXml), 'packageSources', 'add').some(
    ({ attributes }) => !/^https?:/.test(attributes['value'] ?? ''),
  )
}
