/** A configuration as a directory of files: made beside the one that serves, then taken by moving one link. */
import type { ProxyContext, Route } from '@hop3/core'
import { syncDirectory, writeNewFile } from '@hop3/core/files'
import { formatRoute, type ProxyChange, type ProxyProgram, type Wanted } from '@hop3/core/routes'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { appConfig, linkName } from './app-config.ts'
import { mainConfig, type ServerFacts } from './main-config.ts'
import { testConfig } from './nginx-command.ts'
import { nginxPaths, type NginxPaths } from './nginx-paths.ts'
import { reloadNginx } from './reload.ts'

/** See `ProxyProgram.prepare`: what links lead to after a kill at any point is put right by the next change. */
export async function changeOf(
  nginx: ProxyProgram,
  context: ProxyContext,
  { routes, before, token, server }: Wanted,
): Promise<ProxyChange> {
  const paths = nginxPaths(context.directories)
  const good = await generationOf(paths.proved)
  const generation = randomBytes(6).toString('hex')
  const path = join(paths.generations, generation)
  await writeGeneration(factsFor(context, paths, { token, generation, path }), routes)
  // Where none runs, a route is taken away from the files only.
  if (server !== undefined || routes.length >= before.length)
    await testConfig(nginx, context, join(path, 'nginx.conf')).catch(async (error: unknown) => {
      await removeGenerations(paths, [good])
      throw error
    })
  return {
    generation,
    take: () => pointAt(paths.current, generation),
    reload: (running) => reloadNginx(context, paths, running, generation),
    async settle() {
      await pointAt(paths.current, generation)
      await pointAt(paths.proved, generation)
      await removeGenerations(paths, [generation])
    },
    async undo(running) {
      const now = await generationOf(paths.current)
      if (good !== undefined && now !== good) await pointAt(paths.current, good)
      if (running !== undefined && good !== undefined && now !== good)
        await reloadNginx({ ...context, listen: running.listen }, paths, running, good).catch(() => {})
      await removeGenerations(paths, [good])
    },
  }
}

function factsFor(
  { directories, listen, tls, accessLog = false }: ProxyContext,
  { directory, parting }: NginxPaths,
  made: Pick<ServerFacts, 'token' | 'generation' | 'path'>,
): ServerFacts {
  return { listen, ...(tls && { tls }), accessLog, isRoot: process.getuid?.() === 0, directory, logs: directories.logs, parting, ...made }
}

/** Writes a generation that nothing leads to yet. Throws `deploy.proxy.route`, before it writes anything, for what nginx cannot be told. */
async function writeGeneration(facts: ServerFacts, routes: readonly Route[]): Promise<void> {
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
async function generationOf(link: string): Promise<string | undefined> {
  return readlink(link).then(basename, () => undefined)
}

/** Moves a link to a generation, in one step. */
async function pointAt(link: string, generation: string): Promise<void> {
  const temporary = `${link}.new`
  await rm(temporary, { force: true })
  await symlink(join('generations', generation), temporary)
  await rename(temporary, link)
  await syncDirectory(join(link, '..'))
}

/** Removes those that nothing leads to. What nginx has read it does not read again, but for the directories links lead to: `kept` stays. */
async function removeGenerations({ generations }: NginxPaths, kept: readonly (string | undefined)[]): Promise<void> {
  const names = await readdir(generations).catch(() => [])
  for (const name of names) if (!kept.includes(name)) await rm(join(generations, name), { recursive: true, force: true })
}

function directoriesOf({ appName, protocol, upstreams, staticPaths }: Route): readonly (readonly [string, string])[] {
  const site = protocol === 'static' ? upstreams.map(({ address }) => [linkName(appName, 'site'), address] as const) : []
  return [...site, ...Object.values(staticPaths).map((path, index) => [linkName(appName, index), path.replace(/(.)\/+$/, '$1')] as const)]
}
