/** From one configuration of Caddy to the next: links on disk, and what Caddy must be told only where that differs. */
import { writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import {
  certificateMark,
  keepRoutes,
  linkName,
  liveLinks,
  longParting,
  partClients,
  seenAt,
  type Attempt,
  type ProxyChange,
  type ProxyRecord,
  type Wanted,
} from '@hop3/core/routes'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { configTag, loadConfig } from './admin.ts'
import { caddyConfig } from './caddy-config.ts'
import { caddyPaths, type CaddyPaths } from './caddy-paths.ts'
import { newestFirst, type ListenPlace } from './newest-first.ts'
import { liveRoute, shapeOf } from './route-shape.ts'

/** See `ProxyProgram.prepare`. Route files say what was proved: what a killed command has left beyond them is put back by the next. */
export async function changeOf(context: ProxyContext, { routes, before, token }: Wanted): Promise<ProxyChange> {
  const paths = caddyPaths(context.directories)
  const mark = await certificateMark(context.tls)
  const { text, generation } = configText(context, paths, routes, token, mark)
  for (const directory of [paths.routes, paths.live]) await mkdir(directory, { recursive: true, mode: 0o700 })
  const tell = async (config: typeof text, wanted: string, listen: ProxyContext['listen'], server: ProxyRecord): Promise<void> => {
    if ((await seenAt(listen, 'any.host.invalid', token))?.generation === wanted) return
    const load = async (): Promise<void> => loadConfig(paths.socket, config, await configTag(paths.socket, paths.log), paths.log)
    // Of sockets that another proxy shares, the newest is not Caddy's.
    const led = async (): Promise<void> => (context.beside ? load() : newestFirst(context, listeningPlaces(server, before), load))
    await partClients(context, paths.parting, led, longParting)
  }
  const restore = async (server: NonNullable<Wanted['server']>, attempt: Attempt): Promise<string> => {
    const { tls, ...rest } = context
    // Where it answered before; what its certificates were is not known any more where that has changed.
    const listened = { ...rest, listen: server.listen, ...(tls && server.tls && { tls: { ...tls, listen: server.tls } }) }
    const good = configText(listened, paths, before, token, mark)
    await attempt(async () => {
      if ((await readFile(paths.config, 'utf8').catch(() => '')) !== good.text) await writeFileAtomic(paths.config, good.text)
    })
    await attempt(() => tell(good.text, good.generation, server.listen, server))
    return good.generation
  }
  const live = liveLinks(paths.live)
  return {
    generation,
    async take() {
      for (const route of routes) await live.point(liveRoute(route))
      await writeFileAtomic(paths.config, text)
    },
    reload: (server) => tell(text, generation, context.listen, server),
    async settle() {
      await keepRoutes(paths.routes, routes)
      await live.keep(links(routes))
    },
    async undo(server, attempt) {
      await live.back(attempt)
      const generation = server && (await attempt(() => restore(server, attempt)))
      // Where the command before was killed, they led elsewhere already.
      for (const route of before) await attempt(async () => live.point(liveRoute(route)))
      await attempt(() => live.keep(links(before)))
      return generation
    },
  }
}

/** The generation is the digest of all that is said. */
function configText(
  { listen, tls, accessLog = false, directories }: ProxyContext,
  paths: CaddyPaths,
  routes: readonly Route[],
  token: string,
  mark: string | undefined,
): { readonly text: string; readonly generation: string } {
  const { socket, live, log, directory } = paths
  const facts = {
    listen,
    ...(tls && { tls }),
    accessLog,
    socket,
    live,
    log,
    directory,
    logs: directories.logs,
    token,
    ...(mark && { mark }),
  }
  const digest = createHash('sha256').update(JSON.stringify(caddyConfig(facts, routes, '')))
  const generation = digest.digest('hex').slice(0, 16)
  return { text: `${JSON.stringify(caddyConfig(facts, routes, generation), undefined, 2)}\n`, generation }
}

function listeningPlaces({ listen, tls }: ProxyRecord, routes: readonly Route[]): readonly ListenPlace[] {
  return [listen, ...(tls ? [tls] : []), ...routes.map(({ port }) => ({ address: '127.0.0.1', port }))]
}

function links(routes: readonly Route[]): readonly string[] {
  return routes.map((route) => linkName(shapeOf(route)))
}
