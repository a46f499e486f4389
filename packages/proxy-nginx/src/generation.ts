/** A configuration as a directory of files: made beside the one that serves, then taken by moving one link. */
import { syncDirectory, writeNewFile } from '@hop3/core/files'
import { formatRoute, routesIn } from '@hop3/core/routes'
import type { Route } from '@hop3/core'
import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { appConfig, linkName } from './app-config.ts'
import { mainConfig, type ServerFacts } from './main-config.ts'
import type { NginxPaths } from './nginx-paths.ts'

/** The routes of the last generation that was proved: what a command that was cut off has left is not among them. */
export function provedRoutes({ routes }: NginxPaths): Promise<readonly Route[]> {
  return routesIn(routes)
}

/** Writes a generation that nothing leads to yet. Throws `deploy.proxy.route`, before it writes anything, for what nginx cannot be told. */
export async function writeGeneration(facts: ServerFacts, routes: readonly Route[]): Promise<void> {
  const apps = routes.toSorted((one, other) => (one.appName < other.appName ? -1 : 1))
  const files = [
    [
      'nginx.conf',
      mainConfig(
        facts,
        apps.map(({ appName }) => appName),
      ),
    ] as const,
    ...apps.map((route) => [`apps/${route.appName}.conf`, appConfig(route, facts)] as const),
    ...apps.map((route) => [`routes/${route.appName}.json`, formatRoute(route)] as const),
  ]
  for (const name of ['apps', 'routes', 'links']) await mkdir(join(facts.path, name), { recursive: true, mode: 0o700 })
  for (const [name, text] of files) await writeNewFile(join(facts.path, name), text)
  for (const [name, target] of apps.flatMap(directoriesOf)) await symlink(target, join(facts.path, 'links', name))
  for (const name of ['apps', 'routes', 'links', '']) await syncDirectory(join(facts.path, name))
}

/** The generation a link leads to; undefined without one. */
export async function generationOf(link: string): Promise<string | undefined> {
  return readlink(link).then(basename, () => undefined)
}

/** Moves a link to a generation, in one step. */
export async function pointAt(link: string, generation: string): Promise<void> {
  const temporary = `${link}.new`
  await rm(temporary, { force: true })
  await symlink(join('generations', generation), temporary)
  await rename(temporary, link)
  await syncDirectory(join(link, '..'))
}

/** Removes those that nothing leads to. What nginx has read it does not read again, but for the directories links lead to: `kept` stays. */
export async function removeGenerations({ generations }: NginxPaths, kept: readonly (string | undefined)[]): Promise<void> {
  const names = await readdir(generations).catch(() => [])
  for (const name of names) if (!kept.includes(name)) await rm(join(generations, name), { recursive: true, force: true })
}

function directoriesOf({ appName, protocol, upstreams, staticPaths }: Route): readonly (readonly [string, string])[] {
  const site = protocol === 'static' ? upstreams.map(({ address }) => [linkName(appName, 'site'), address] as const) : []
  return [...site, ...Object.values(staticPaths).map((path, index) => [linkName(appName, index), path.replace(/(.)\/+$/, '$1')] as const)]
}
