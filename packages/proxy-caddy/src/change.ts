/** From one configuration of Caddy to the next: links on disk, and what Caddy must be told only where that differs. */
import { writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import { formatRoute, partClients, seenAt, type ProxyChange, type Wanted } from '@hop3/core/routes'
import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { configTag, loadConfig } from './admin.ts'
import { caddyConfig } from './caddy-config.ts'
import { caddyPaths, type CaddyPaths } from './caddy-paths.ts'
import { keepLive, pointLive } from './live-link.ts'

/** See `ProxyProgram.prepare`. Route files say what was proved: what a killed command has left beyond them is put back by the next. */
export async function changeOf(context: ProxyContext, { routes, before, token }: Wanted): Promise<ProxyChange> {
  const paths = caddyPaths(context.directories)
  const { text, generation } = configText(context, paths, routes, token)
  for (const directory of [paths.routes, paths.live]) await mkdir(directory, { recursive: true, mode: 0o700 })
  const tell = async (config: typeof text, wanted: string, listen: ProxyContext['listen']): Promise<void> => {
    if ((await seenAt(listen, 'any.host.invalid', token))?.generation === wanted) return
    await partClients(context, paths.parting, async () =>
      loadConfig(paths.socket, config, await configTag(paths.socket, paths.log), paths.log),
    )
  }
  return {
    generation,
    async take() {
      for (const route of routes) await pointLive(paths.live, route)
      await writeFileAtomic(paths.config, text)
    },
    reload: () => tell(text, generation, context.listen),
    async settle() {
      await keepRoutes(paths, routes)
      await keepLive(paths.live, routes)
    },
    async undo(server) {
      for (const route of before) await pointLive(paths.live, route)
      if (server !== undefined) {
        const { tls, ...rest } = context
        // Where it answered before; what its certificates were is not known any more where that has changed.
        const listened = { ...rest, listen: server.listen, ...(tls && server.tls && { tls: { ...tls, listen: server.tls } }) }
        const good = configText(listened, paths, before, token)
        await writeFileAtomic(paths.config, good.text)
        await tell(good.text, good.generation, server.listen).catch(() => {})
      }
      await keepLive(paths.live, before)
    },
  }
}

/** The generation is the digest of all that is said. */
function configText(
  { listen, tls, accessLog = false, directories }: ProxyContext,
  paths: CaddyPaths,
  routes: readonly Route[],
  token: string,
): { readonly text: string; readonly generation: string } {
  const { socket, live, log, directory } = paths
  const facts = { listen, ...(tls && { tls }), accessLog, socket, live, log, directory, logs: directories.logs, token }
  const digest = createHash('sha256').update(JSON.stringify(caddyConfig(facts, routes, '')))
  const generation = digest.digest('hex').slice(0, 16)
  return { text: `${JSON.stringify(caddyConfig(facts, routes, generation), undefined, 2)}\n`, generation }
}

/** One file for each of these routes, and no other. */
async function keepRoutes({ routes: directory }: CaddyPaths, routes: readonly Route[]): Promise<void> {
  const files = new Map(routes.map((route) => [`${route.appName}.json`, formatRoute(route)]))
  for (const [name, text] of files) await writeFileAtomic(join(directory, name), text)
  for (const name of await readdir(directory)) if (!files.has(name)) await rm(join(directory, name), { force: true })
}
