/** What a route leads to, as files a program looks at with each request: exchanged whole, by moving one link. */
import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Upstream } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { Route } from './proxy.ts'
import type { Attempt } from './way-back.ts'

export interface LiveRoute {
  readonly appName: string
  /** The name of the link. What a program is told of a route is part of it: so what it is told next finds another. */
  readonly link: string
  /** Files, most of them empty and there for what their paths say, and links; paths are relative to what the link leads to. */
  readonly entries: readonly { readonly path: string; readonly link?: string; readonly text?: string }[]
}

export interface LiveLinks {
  /** Makes what a route leads to, and moves its link there, unless it leads there already. */
  point(route: LiveRoute): Promise<void>
  /** Moves every link that was moved back to what it led to before, which is still there: no room on the disk is needed. */
  back(attempt: Attempt): Promise<void>
  /** Removes every link but these, and what none of them leads to, or led to just now: somebody may be looking at it. */
  keep(names: readonly string[]): Promise<void>
}

/** The links of a home's routes, for one change of them. */
export function liveLinks(live: string): LiveLinks {
  const moves: LinkMove[] = []
  const left: string[] = []
  return {
    async point(route) {
      const move = await pointLive(live, route)
      if (move !== undefined) moves.push(move)
    },
    async back(attempt) {
      for (const { link, target } of moves.toReversed()) {
        if (target === '') continue
        await attempt(async () => {
          left.push(await readlink(join(live, link)).catch(() => ''))
          await moveLink(join(live, link), target)
        })
      }
    },
    keep: (names) => keepLive(live, names, [...left, ...moves.map(({ target }) => target)]),
  }
}

interface LinkMove {
  readonly link: string
  /** What it led to before; empty where there was no such link. */
  readonly target: string
}

/** Makes it beside what is there, then moves the link to it. Undefined where it leads there already. */
async function pointLive(live: string, { appName, link, entries }: LiveRoute): Promise<LinkMove | undefined> {
  if (await holds(join(live, link), entries)) return undefined
  const directory = `.${appName}.${randomBytes(6).toString('hex')}`
  for (const { path, link: target, text = '' } of entries) {
    const file = join(live, directory, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await (target === undefined ? writeFile(file, text) : symlink(target, file))
  }
  const before = await readlink(join(live, link)).catch(() => '')
  await moveLink(join(live, link), directory)
  return { link, target: before }
}

/** What is there was made of a route of the same shape, with as many entries: so these are all it has. */
async function holds(directory: string, entries: LiveRoute['entries']): Promise<boolean> {
  for (const entry of entries) if (!(await isThere(join(directory, entry.path), entry).catch(() => false))) return false
  return true
}

async function isThere(file: string, { link, text = '' }: LiveRoute['entries'][number]): Promise<boolean> {
  if (link !== undefined) return (await readlink(file)) === link
  // Never followed: a file is told from a link by that it is none.
  return (await lstat(file)).isFile() && (text === '' || (await readFile(file, 'utf8')) === text)
}

async function keepLive(live: string, names: readonly string[], before: readonly string[]): Promise<void> {
  const links = new Set(names)
  const targets = new Set([...before, ...(await Promise.all(names.map((name) => readlink(join(live, name)).catch(() => ''))))])
  for (const name of await readdir(live).catch(() => []))
    if (!links.has(name) && !targets.has(name)) await rm(join(live, name), { recursive: true, force: true })
}

/** Makes the link at `path` lead to `target`, in one step. */
export async function moveLink(path: string, target: string): Promise<void> {
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  await symlink(target, temporary)
  await rename(temporary, path)
}

/**
 * As many places for any small number of instances, taken by them in turn: a program is told of the places, so that more or fewer instances are
 * no new configuration. Twelve are shared evenly by one, two, three, four and six.
 */
export function slotsOf(upstreams: readonly Upstream[]): readonly Upstream[] {
  const count = Math.ceil(upstreams.length / 12) * 12
  return Array.from({ length: count }, (_, index) => upstreams[index % upstreams.length]).filter((one) => one !== undefined)
}

/** The name of the link to what a route of this shape leads to: another shape has another, so that both may be there for a while. */
export function linkName(shape: { readonly appName: string }): string {
  return `${shape.appName}.${createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 12)}`
}

/** The release as the name of a file. Throws `deploy.proxy.route`. */
export function releaseName({ appName, release }: Pick<Route, 'appName' | 'release'>): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(release)) return release
  throw hop3Error('deploy.proxy.route', `Cannot route ${appName}: the release has no name of a release.`, { hint: 'Deploy the app again.' })
}
