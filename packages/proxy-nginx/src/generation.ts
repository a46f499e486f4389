/** A configuration as a directory of files: made beside the one that serves, then taken by moving one link. */
import { toHop3Error, type ProxyContext, type Route } from '@hop3/core'
import { syncDirectory, writeNewFile } from '@hop3/core/files'
import {
  certificateMark,
  formatRoute,
  keepRoutes,
  linkName,
  liveLinks,
  moveLink,
  type LiveRoute,
  type ProxyChange,
  type ProxyProgram,
  type Wanted,
} from '@hop3/core/routes'
import { lookup } from 'node:dns/promises'
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { isIP } from 'node:net'
import { basename, join } from 'node:path'
import { appConfig } from './app-config.ts'
import { mainConfig, type ServerFacts } from './main-config.ts'
import { testConfig } from './nginx-command.ts'
import { nginxPaths, type NginxPaths } from './nginx-paths.ts'
import { reloadNginx } from './reload.ts'
import { liveRoute, shapeOf } from './route-shape.ts'

/** See `ProxyProgram.prepare`. Route files say what was proved: what a killed command has left beyond them is put back by the next. */
export async function changeOf(
  nginx: ProxyProgram,
  context: ProxyContext,
  { routes, before, token, server }: Wanted,
): Promise<ProxyChange> {
  const paths = nginxPaths(context.directories)
  const good = await generationOf(paths.proved)
  const places = await placesOf(context, paths, routes, before)
  const { generation, files } = await generationFor(context, paths, token, routes)
  const path = join(paths.generations, generation)
  if (!(await isWritten(path, files))) {
    await rm(path, { recursive: true, force: true })
    await writeGeneration(path, files)
    // Where none runs, a route is taken away from the files only.
    if (server !== undefined || routes.length >= before.length)
      await testConfig(nginx, context, join(path, 'nginx.conf')).catch(async (error: unknown) => {
        await removeGenerations(paths, [good])
        throw error
      })
  }
  const live = liveLinks(paths.live)
  return {
    generation,
    async take() {
      await mkdir(paths.live, { recursive: true, mode: 0o700 })
      for (const one of places) await live.point(one)
      await pointAt(paths.current, generation)
    },
    reload: (running) => reloadNginx(context, paths, running, generation),
    async settle() {
      await pointAt(paths.current, generation)
      await pointAt(paths.proved, generation)
      await keepRoutes(paths.routes, routes)
      await live.keep(linksOf(routes))
      await removeGenerations(paths, [generation])
    },
    async undo(running, attempt) {
      await live.back(attempt)
      const now = await generationOf(paths.current)
      if (good !== undefined && now !== good) {
        await attempt(() => pointAt(paths.current, good))
        if (running !== undefined) await attempt(() => reloadNginx({ ...context, listen: running.listen }, paths, running, good))
      }
      // Where the command before was killed, they led elsewhere already.
      for (const route of before) await attempt(async () => live.point(liveRoute(await withAddresses(route))))
      await attempt(() => removeGenerations(paths, [good]))
      await attempt(() => live.keep(linksOf(before)))
      return good
    },
  }
}

type Files = readonly (readonly [name: string, text: string])[]

/** The generation is the digest of all that is said. Throws `deploy.proxy.route` for what nginx cannot be told. */
async function generationFor(
  { listen, tls, accessLog = false, directories: { logs } }: ProxyContext,
  { directory, parting }: NginxPaths,
  token: string,
  routes: readonly Route[],
): Promise<{ readonly generation: string; readonly files: Files }> {
  const mark = await certificateMark(tls)
  const isRoot = process.getuid?.() === 0
  const shapes = routes.map(shapeOf).toSorted((one, other) => (one.appName < other.appName ? -1 : 1))
  const filesOf = (generation: string): Files => {
    const facts: ServerFacts = {
      listen,
      ...(tls && { tls }),
      ...(mark && { mark }),
      accessLog,
      isRoot,
      directory,
      logs,
      parting,
      token,
      generation,
    }
    return [
      ['nginx.conf', mainConfig(facts, shapes)],
      ...shapes.map((shape) => [`apps/${shape.appName}.conf`, appConfig(shape, facts)] as const),
    ]
  }
  const generation = createHash('sha256')
    .update(JSON.stringify(filesOf('')))
    .digest('hex')
    .slice(0, 16)
  return { generation, files: filesOf(generation) }
}

/** Writes a generation that nothing leads to yet. */
async function writeGeneration(path: string, files: Files): Promise<void> {
  await mkdir(join(path, 'apps'), { recursive: true, mode: 0o700 })
  for (const [name, text] of files) await writeNewFile(join(path, name), text)
  for (const name of ['apps', '']) await syncDirectory(join(path, name))
}

async function isWritten(path: string, files: Files): Promise<boolean> {
  const seen = await Promise.all(files.map(([name]) => readFile(join(path, name), 'utf8').catch(() => undefined)))
  return files.every(([, text], index) => seen[index] === text)
}

/**
 * What each route leads to. An address that nobody knows any more stops its own app: the others, which are as they were, go on, each with
 * the address it had. Throws `deploy.proxy.route`.
 */
async function placesOf(
  { log }: ProxyContext,
  { live }: NginxPaths,
  routes: readonly Route[],
  before: readonly Route[],
): Promise<readonly LiveRoute[]> {
  const known = new Set(before.map(formatRoute))
  const places = routes.map(async (route) => {
    const addressed = await withAddresses(route)
    try {
      return [liveRoute(addressed)]
    } catch (error) {
      const isThere = await access(join(live, linkName(shapeOf(route)))).then(
        () => true,
        () => false,
      )
      if (!known.has(formatRoute(route)) || !isThere) throw error
      log.warn(`${toHop3Error(error, 'route').message} It keeps the addresses it had.`)
      return []
    }
  })
  return (await Promise.all(places)).flat()
}

/** nginx asks nobody for addresses while it serves: what has a name is looked up now. */
async function withAddresses(route: Route): Promise<Route> {
  if (route.protocol === 'static') return route
  const upstreams = route.upstreams.map(async (upstream) => {
    if (upstream.port === null || isIP(upstream.address) !== 0) return upstream
    return {
      ...upstream,
      address: await lookup(upstream.address).then(
        ({ address }) => address,
        () => upstream.address,
      ),
    }
  })
  return { ...route, upstreams: await Promise.all(upstreams) }
}

/** The generation a link leads to; undefined without one. */
async function generationOf(link: string): Promise<string | undefined> {
  return readlink(link).then(basename, () => undefined)
}

async function pointAt(link: string, generation: string): Promise<void> {
  await moveLink(link, join('generations', generation))
  await syncDirectory(join(link, '..'))
}

/** Removes those that nothing leads to: what nginx has read it does not read again. */
async function removeGenerations({ generations }: NginxPaths, kept: readonly (string | undefined)[]): Promise<void> {
  const names = await readdir(generations).catch(() => [])
  for (const name of names) if (!kept.includes(name)) await rm(join(generations, name), { recursive: true, force: true })
}

function linksOf(routes: readonly Route[]): readonly string[] {
  return routes.map((route) => linkName(shapeOf(route)))
}
