/** The packages of an npm, pnpm, yarn or bun workspace. */
import { isWorkspaceMember, joinPaths, matchesName, usablePatterns, type SourceView } from '@hop3/core'
import { readNodeApp, workspacePatterns } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { checkManifest } from '../manifest.ts'
import { textsAt } from '../value-at.ts'

/** A workspace is read no further: neither more packages nor more directories that may hold some. */
const membersAtMost = 200
const directoriesAtMost = 1000
/** How deep `**` reaches. */
const deepest = 4

/** In the order of their directories; without the root. Empty where `top` is no workspace. */
export async function workspaceMembers(top: NodeApp): Promise<readonly NodeApp[]> {
  const patterns = [...workspacePatterns(top), ...(await pnpmPatterns(top))]
  const walk = { source: top.source, left: directoriesAtMost }
  const directories = new Set<string>()
  for (const pattern of patterns.filter((one) => !one.startsWith('!')))
    for (const directory of await expand(walk, '', partsOf(pattern), 0)) directories.add(directory)
  const members: NodeApp[] = []
  for (const directory of [...directories].toSorted()) {
    if (members.length >= membersAtMost) break
    if (!isWorkspaceMember(patterns, directory)) continue
    const member = await readNodeApp(top.source, directory)
    if (member !== undefined) members.push(member)
  }
  return members
}

async function pnpmPatterns({ source, names }: NodeApp): Promise<readonly string[]> {
  const file = 'pnpm-workspace.yaml'
  if (!names.includes(file)) return []
  const data = await source.readYaml(file)
  checkManifest({ file, text: await source.readText(file), data }, [{ at: ['packages'], is: 'strings', write: "packages: ['packages/*']" }])
  return usablePatterns(textsAt(data, 'packages'))
}

interface Walk {
  readonly source: SourceView
  left: number
}

async function expand(walk: Walk, above: string, [part, ...rest]: readonly string[], depth: number): Promise<readonly string[]> {
  if (part === undefined) return above === '' ? [] : [above]
  if (part === '..' || depth > deepest) return []
  const names = /[*?{]/.test(part) ? (await walk.source.list(above === '' ? '.' : above)).filter(matcherOf(part)) : [part]
  // `**` is any number of directories, none included.
  const found = part === '**' ? [...(await expand(walk, above, rest, depth))] : []
  for (const name of names) {
    const directory = joinPaths(above, name)
    if (walk.left-- <= 0 || !(await isDirectory(walk.source, directory))) continue
    found.push(...(await expand(walk, directory, part === '**' ? ['**', ...rest] : rest, depth + 1)))
  }
  return found
}

function matcherOf(part: string): (name: string) => boolean {
  return (name) => !name.startsWith('.') && name !== 'node_modules' && matchesName(part, name)
}

function partsOf(pattern: string): readonly string[] {
  return pattern.split('/').filter((part) => part !== '' && part !== '.')
}

/** A link that leads out of the source is no package of it. */
async function isDirectory(source: SourceView, path: string): Promise<boolean> {
  return source.hasDirectory(path).catch(() => false)
}
