import { hop3Error, visible, type Route } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { readdir, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'

/**
 * Caddy follows every link: a directory with one that leads out of it is refused with `deploy.proxy.route`, and so is one that cannot be
 * looked through. One that is not there publishes nothing.
 */
export async function refuseOutwardLinks({ appName, protocol, upstreams, staticPaths }: Route): Promise<void> {
  const sites = protocol === 'static' ? upstreams.map(({ address }) => address) : []
  for (const directory of [...sites, ...Object.values(staticPaths)]) {
    const path = await outwardLink(directory).catch((error: unknown) => {
      throw refused(
        appName,
        `${visible(directory)} cannot be looked through for links: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
    if (path !== undefined) throw refused(appName, `the link ${visible(path)} leads out of ${visible(directory)}`)
  }
}

async function outwardLink(directory: string): Promise<string | undefined> {
  const root = await realpath(directory).catch(ifMissing)
  if (root === undefined) return undefined
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const inside = relative(root, await targetOf(path))
    if (inside === '..' || inside.startsWith(`..${sep}`)) return path
  }
  return undefined
}

/** Where a link leads; one that leads to nothing, to where it would lead if that came to be. */
async function targetOf(path: string): Promise<string> {
  const target = await realpath(path).catch((error: unknown) => {
    // Links that lead to each other lead nowhere: each is looked at by itself.
    if (systemCode(error) !== 'ELOOP') return ifMissing(error)
    return undefined
  })
  return target ?? realAsFarAsThere(resolve(dirname(path), await readlink(path)))
}

async function realAsFarAsThere(path: string): Promise<string> {
  const parent = dirname(path)
  if (parent === path) return path
  const found = await realpath(path).catch(() => undefined)
  return found ?? join(await realAsFarAsThere(parent), basename(path))
}

function ifMissing(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
  throw error
}

function refused(appName: string, problem: string): Error {
  return hop3Error('deploy.proxy.route', `Cannot route ${appName} by Caddy: ${problem}.`, {
    hint: 'Put a copy in its place, or use another proxy: HOP3_PROXY=embedded',
  })
}
