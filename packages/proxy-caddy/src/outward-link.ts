import { hop3Error, visible, type Route } from '@hop3/core'
import { readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Caddy follows every link: a directory with one that leads out of it is refused with `deploy.proxy.route`. */
export async function refuseOutwardLinks({ appName, protocol, upstreams, staticPaths }: Route): Promise<void> {
  const sites = protocol === 'static' ? upstreams.map(({ address }) => address) : []
  for (const directory of [...sites, ...Object.values(staticPaths)]) {
    const root = await realpath(directory).catch(() => undefined)
    if (root === undefined) continue
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!entry.isSymbolicLink()) continue
      const path = join(entry.parentPath, entry.name)
      const target = await realpath(path).catch(() => path)
      const inside = relative(root, target)
      if (inside !== '..' && !inside.startsWith(`..${sep}`)) continue
      throw hop3Error(
        'deploy.proxy.route',
        `Cannot route ${appName} by Caddy: the link ${visible(path)} leads out of ${visible(directory)}.`,
        {
          hint: 'Put a copy in its place, or use another proxy: HOP3_PROXY=embedded',
        },
      )
    }
  }
}
