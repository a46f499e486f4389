/** A source that is no app itself, but holds some: a monorepo. */
import { posix } from 'node:path'
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

const mostDirectories = 50
const usual = ['apps/*', 'packages/*', 'services/*']

/** Looks at most at 50 directories: a workspace's members, those of the usual places, and those in the root. */
export async function findApps(request: FindAppsRequest): Promise<readonly FoundApp[]> {
  const found: FoundApp[] = []
  for (const directory of await candidates(request.source)) {
    const app = await appIn(directory, request)
    if (app !== undefined) found.push(app)
  }
  return found.some(({ isStarted }) => isStarted) ? found.filter(({ isStarted }) => isStarted) : found
}

/** `config.no-app`, listing `apps` and the line that picks the first. */
export function noAppError(sourcePath: string, apps: readonly FoundApp[]): Error {
  const list = apps.map(({ directory, toolchain, reason }) => `\n  ${directory}  (${toolchain}: ${reason})`).join('')
  const lines = apps.map(({ directory }) => `\`[build] root = ${JSON.stringify(directory)}\``)
  return hop3Error(
    'config.no-app',
    `The root of ${sourcePath} is no app, but there ${apps.length === 1 ? 'is one' : `are ${apps.length}`} below it:${list}`,
    {
      hint: `Say in hop3.toml which one is meant: ${lines.slice(0, 3).join(' or ')}${lines.length > 3 ? ', …' : ''}.`,
      details: { apps: apps.map(({ directory, toolchain }) => ({ directory, toolchain })) },
    },
  )
}

async function candidates(source: SourceView): Promise<readonly string[]> {
  const written = await workspacePatterns(source)
  const patterns = written.filter((pattern) => !pattern.startsWith('!')).map((pattern) => posix.normalize(pattern))
  // What a workspace takes out again is none of its apps, wherever else it is found.
  const isLeftOut = (directory: string): boolean =>
    patterns.some((pattern) => matchesPattern(pattern, directory)) && !isWorkspaceMember(written, directory)
  const directories = new Set<string>()
  for (const pattern of [...patterns, ...usual, '*']) {
    for (const directory of await expand({ source, members: written }, '', pattern.replace(/\/+$/, '').split('/'))) {
      if (directories.size >= mostDirectories) return [...directories]
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
    isAppName(name) && (!usuallyNone.includes(name) || isWorkspaceMember(members, posix.join(above, name)))
  const names = part.includes('*') ? (await source.list(above === '' ? '.' : above)).filter(mayBeNamed).slice(0, mostDirectories) : [part]
  const found: string[] = []
  for (const name of names) {
    const directory = posix.join(above, name)
    if (found.length < mostDirectories && (await mayBeApp(source, directory))) found.push(...(await expand(workspace, directory, rest)))
  }
  return found
}

/** Apps only where the workspace has them among its members. */
const usuallyNone = ['docs', 'doc', 'examples', 'templates', 'tests', 'test']

function isAppName(name: string): boolean {
  return !name.startsWith('.') && !['node_modules', 'vendor', 'dist', 'build', 'target'].includes(name)
}

/** A link that leads out of the source is no app of it, nor is a package of Python's: it is part of one. */
async function mayBeApp(source: SourceView, path: string): Promise<boolean> {
  const isDirectory = await source.hasDirectory(path).catch(() => false)
  return isDirectory && !(await source.hasFile(posix.join(path, '__init__.py')))
}

async function appIn(directory: string, { sourcePath, toolchains, contextFor }: FindAppsRequest): Promise<FoundApp | undefined> {
  const source = createSourceView(posix.join(sourcePath, directory))
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
