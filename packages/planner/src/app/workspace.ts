/** The whole file is about one question: which directory above an app owns its lock file, because the app is a member of a workspace there? */
import { posix } from 'node:path'
import { isWorkspaceMember, joinPaths, usablePatterns, type SourceView } from '@hop3/core'
import { isTable } from '../config/canonical-keys.ts'

/** The nearest such directory, `''` for the root of the source; undefined when the app stands on its own. Reads manifests above it only. */
export async function findWorkspace(source: SourceView, directory: string): Promise<string | undefined> {
  for (let above = parentOf(directory); above !== undefined; above = parentOf(above)) {
    const member = posix.relative(above, directory)
    for (const { manifest, members } of ecosystems) {
      if (!(await source.hasFile(joinPaths(directory, manifest)))) continue
      if (isWorkspaceMember(usablePatterns(await members(source, above)), member)) return above
    }
  }
  return undefined
}

/** Patterns of a workspace's members, as its root's manifest has them; empty when the directory is no workspace. */
export async function workspacePatterns(source: SourceView, directory = ''): Promise<readonly string[]> {
  const found: string[] = []
  for (const { members } of ecosystems) found.push(...usablePatterns(await members(source, directory)))
  return found
}

interface Ecosystem {
  /** What makes a directory a package of it. */
  readonly manifest: string
  readonly members: (source: SourceView, directory: string) => Promise<readonly string[]>
}

const ecosystems: readonly Ecosystem[] = [
  {
    manifest: 'package.json',
    members: async (source, directory) => [...(await npmMembers(source, directory)), ...(await pnpmMembers(source, directory))],
  },
  { manifest: 'Cargo.toml', members: (source, directory) => tomlMembers(source, joinPaths(directory, 'Cargo.toml'), ['workspace']) },
  {
    manifest: 'pyproject.toml',
    members: (source, directory) => tomlMembers(source, joinPaths(directory, 'pyproject.toml'), ['tool', 'uv', 'workspace']),
  },
  { manifest: 'go.mod', members: goMembers },
  { manifest: 'deno.json', members: denoMembers },
  { manifest: 'deno.jsonc', members: denoMembers },
]

async function npmMembers(source: SourceView, directory: string): Promise<readonly string[]> {
  const path = joinPaths(directory, 'package.json')
  const manifest = (await source.hasFile(path)) ? await source.readJson(path) : undefined
  const workspaces = isTable(manifest) ? manifest['workspaces'] : undefined
  return strings(isTable(workspaces) ? workspaces['packages'] : workspaces)
}

async function pnpmMembers(source: SourceView, directory: string): Promise<readonly string[]> {
  const path = joinPaths(directory, 'pnpm-workspace.yaml')
  const workspace = (await source.hasFile(path)) ? await source.readYaml(path) : undefined
  return strings(isTable(workspace) ? workspace['packages'] : undefined)
}

async function tomlMembers(source: SourceView, path: string, keys: readonly string[]): Promise<readonly string[]> {
  const document = (await source.hasFile(path)) ? await source.readToml(path) : undefined
  const table = keys.reduce<unknown>((inside, key) => (isTable(inside) ? inside[key] : undefined), document)
  if (!isTable(table)) return []
  return [...strings(table['members']), ...strings(table['exclude']).map((pattern) => `!${pattern}`)]
}

async function denoMembers(source: SourceView, directory: string): Promise<readonly string[]> {
  for (const name of ['deno.json', 'deno.jsonc']) {
    const path = joinPaths(directory, name)
    const manifest = (await source.hasFile(path)) ? await source.readJson(path) : undefined
    const workspace = isTable(manifest) ? manifest['workspace'] : undefined
    if (workspace !== undefined) return strings(isTable(workspace) ? workspace['members'] : workspace)
  }
  return []
}

async function goMembers(source: SourceView, directory: string): Promise<readonly string[]> {
  const text = ((await source.readText(joinPaths(directory, 'go.work'))) ?? '').replace(/\/\/.*$/gm, '')
  const blocks = [...text.matchAll(/^[ \t]*use[ \t]*\(([^()]*)\)/gm)].flatMap(([, block = '']) => block.split('\n'))
  const lines = [...text.matchAll(/^[ \t]*use[ \t]+([^( \t\r\n].*)$/gm)].map(([, path = '']) => path)
  return [...blocks, ...lines].map((path) => path.trim().replace(/^"(.*)"$/, '$1')).filter((path) => path !== '')
}

/** Of `''` there is none. */
function parentOf(directory: string): string | undefined {
  if (directory === '') return undefined
  return directory.includes('/') ? directory.slice(0, directory.lastIndexOf('/')) : ''
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
