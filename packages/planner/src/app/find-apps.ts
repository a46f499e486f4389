/** A source that is no app itself, but holds some: a monorepo. */
import { joinPaths, normalPath, withoutTrailingSlashes } from '@hop3/core'
import {
  hop3Error,
  isWorkspaceMember,
  matchesPattern,
  type LanguageToolchain,
  type SourceView,
  type ToolchainContext,
  type ToolchainFactory,
} from '@hop3/core'
import { createSourceView } from '../source/source-view.ts'
import { workspacePatterns } from './workspace.ts'

export interface FoundApp {
  readonly directory: string
  readonly toolchain: string
  readonly reason: string
  /** False for what a toolchain takes and that starts nothing: a library, most likely. */
  readonly isStarted: boolean
}

export interface FindAppsRequest {
  readonly sourcePath: string
  readonly source: SourceView
  readonly toolchains: readonly ToolchainFactory[]
  readonly contextFor: (name: string, source: SourceView) => ToolchainContext
}

/** Directories that are asked about, and names looked at in one directory to find them: few of those that end as files do. */
const most = { directories: 200, names: 5_000, withEnding: 500 }
const mostListed = 50
const usual = ['apps/*', 'packages/*', 'services/*']

export interface FoundApps {
  readonly apps: readonly FoundApp[]
  /** How many directories were asked about, where there are more than that; else undefined. */
  readonly lookedAt?: number
}

/** Looks at most at 200 directories: a workspace's members, those of the usual places, and those in the root. */
export async function findApps(request: FindAppsRequest): Promise<FoundApps> {
  const found: FoundApp[] = []
  const directories = await candidates(request.source)
  for (const directory of directories.slice(0, most.directories)) {
    const app = await appIn(directory, request)
    if (app !== undefined) found.push(app)
  }
  const apps = found.some(({ isStarted }) => isStarted) ? found.filter(({ isStarted }) => isStarted) : found
  return directories.length > most.directories ? { apps, lookedAt: most.directories } : { apps }
}

/** `config.no-app`, listing `apps` and the line that picks the first. `taken`: why a toolchain takes the root, in which it found nothing to start. */
export function noAppError(sourcePath: string, { apps, lookedAt }: FoundApps, taken?: string): Error {
  const listed = apps.slice(0, mostListed).map(({ directory, toolchain, reason }) => `\n  ${directory}  (${toolchain}: ${reason})`)
  const list = [...listed, ...(apps.length > mostListed ? [`\n  and ${apps.length - mostListed} more`] : [])].join('')
  const lines = apps.map(({ directory }) => `\`[build] root = ${JSON.stringify(directory)}\``)
  const [root, orStart] =
    taken === undefined
      ? [`The root of ${sourcePath} is no app`, '']
      : [`Nothing says how the root of ${sourcePath} starts (${taken})`, '; or in Procfile what starts the root: `web: …`']
  const cut = lookedAt === undefined ? '' : `\n  (Of many directories the first ${lookedAt} were looked at.)`
  return hop3Error(
    'config.no-app',
    `${root}, but there ${apps.length === 1 ? 'is one app' : `are ${apps.length} apps`} below it:${list}${cut}`,
    {
      hint: `Say in hop3.toml which one is meant: ${lines.slice(0, 3).join(' or ')}${lines.length > 3 ? ', …' : ''}${orStart}.`,
      details: { apps: apps.map(({ directory, toolchain }) => ({ directory, toolchain })) },
    },
  )
}

/** As many as are asked about, and one more where there are more. */
async function candidates(source: SourceView): Promise<readonly string[]> {
  const written = await workspacePatterns(source)
  const patterns = written.filter((pattern) => !pattern.startsWith('!')).map((pattern) => normalPath(pattern))
  // What a workspace takes out again is none of its apps, wherever else it is found.
  const isLeftOut = (directory: string): boolean =>
    patterns.some((pattern) => matchesPattern(pattern, directory)) && !isWorkspaceMember(written, directory)
  const directories = new Set<string>()
  for (const pattern of [...patterns, ...usual, '*']) {
    for (const directory of await expand({ source, members: written }, '', withoutTrailingSlashes(pattern).split('/'))) {
      if (directories.size > most.directories) return [...directories]
      if (!isLeftOut(directory)) directories.add(directory)
    }
  }
  return [...directories]
}

interface Workspace {
  readonly source: SourceView
  /** Patterns, as its manifest has them. */
  readonly members: readonly string[]
}

/** A part with a star stands for every directory; what is there decides more finely than the pattern. */
async function expand(workspace: Workspace, above: string, [part, ...rest]: readonly string[]): Promise<readonly string[]> {
  const { source, members } = workspace
  if (part === undefined) return above === '' ? [] : [above]
  if (part === '..' || part === '.') return []
  const mayBeNamed = (name: string): boolean =>
    isAppName(name) && (!usuallyNone.includes(name) || isWorkspaceMember(members, joinPaths(above, name)))
  const names = part.includes('*') ? likelyDirectories((await source.list(above === '' ? '.' : above)).filter(mayBeNamed)) : [part]
  const found: string[] = []
  for (const name of names) {
    const directory = joinPaths(above, name)
    if (found.length <= most.directories && (await mayBeApp(source, directory))) found.push(...(await expand(workspace, directory, rest)))
  }
  return found
}

/** In their order. */
function likelyDirectories(names: readonly string[]): readonly string[] {
  const hasEnding = (name: string): boolean => /\.[A-Za-z]\w*$/.test(name)
  const left = new Set(names.filter((name) => hasEnding(name)).slice(most.withEnding))
  return names.filter((name) => !left.has(name)).slice(0, most.names)
}

/** Apps only where the workspace has them among its members. */
const usuallyNone = ['docs', 'doc', 'examples', 'fixtures', '_fixture', 'lib', 'spec', 'templates', 'test', 'testdata', 'tests']

function isAppName(name: string): boolean {
  return !name.startsWith('.') && !['node_modules', 'vendor', 'dist', 'build', 'target'].includes(name)
}

/** A link that leads out of the source is no app of it, nor is a package of Python's: it is part of one. */
async function mayBeApp(source: SourceView, path: string): Promise<boolean> {
  const isDirectory = await source.hasDirectory(path).catch(() => false)
  return isDirectory && !(await source.hasFile(joinPaths(path, '__init__.py')))
}

async function appIn(directory: string, { sourcePath, toolchains, contextFor }: FindAppsRequest): Promise<FoundApp | undefined> {
  const source = createSourceView(joinPaths(sourcePath, directory))
  for (const factory of toolchains) {
    const toolchain = factory.create(contextFor(factory.name, source))
    // What cannot be read or contradicts itself says so when it is picked.
    const verdict = await toolchain.accept().catch(() => undefined)
    if (verdict?.accepted !== true) continue
    return { directory, toolchain: factory.name, reason: verdict.reason, isStarted: await startsSomething(toolchain, source) }
  }
  return undefined
}

async function startsSomething(toolchain: LanguageToolchain, source: SourceView): Promise<boolean> {
  if (await source.hasFile('Procfile').catch(() => false)) return true
  const plan = await toolchain.plan().catch(() => undefined)
  return plan === undefined || Object.keys(plan.processes).length > 0
}
