/** What a route leads to, as files Caddy looks at with each request: exchanged whole, by moving one link. */
import type { Route } from '@hop3/core'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { linkName, liveEntries, shapeOf } from './route-shape.ts'

/** Makes it beside what is there, then moves the link of the route's shape to it. */
export async function pointLive(live: string, route: Route): Promise<void> {
  const entries = liveEntries(route)
  const link = join(live, linkName(shapeOf(route)))
  const directory = `.${route.appName}.${randomBytes(6).toString('hex')}`
  for (const { path, link: target } of entries) {
    const file = join(live, directory, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await (target === undefined ? writeFile(file, '') : symlink(target, file))
  }
  await move(link, directory)
}

/** Removes every link but those of these routes, and what none of them leads to. */
export async function keepLive(live: string, routes: readonly Route[]): Promise<void> {
  const links = new Set(routes.map((route) => linkName(shapeOf(route))))
  const targets = new Set(await Promise.all([...links].map((name) => readlink(join(live, name)).catch(() => ''))))
  for (const name of await readdir(live).catch(() => []))
    if (!links.has(name) && !targets.has(name)) await rm(join(live, name), { recursive: true, force: true })
}

async function move(link: string, target: string): Promise<void> {
  const temporary = `${link}.new`
  await rm(temporary, { force: true })
  await symlink(target, temporary)
  await rename(temporary, link)
}
