/** The routes that were proved, one file per app: what is gone on from, whatever a command that was killed has left. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Route } from './proxy.ts'
import { formatRoute } from './route-file.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

/** One file for each of these routes, and no other. */
export async function keepRoutes(directory: string, routes: readonly Route[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const files = new Map(routes.map((route) => [`${route.appName}.json`, formatRoute(route)]))
  for (const [name, text] of files) {
    const path = join(directory, name)
    if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeFileAtomic(path, text)
  }
  for (const name of await readdir(directory)) if (!files.has(name)) await rm(join(directory, name), { force: true })
}
