/** The web server this host has anyway: the one line of its configuration that leads to the apps is shown, and never written. */
import { isHop3Error, proxyContext, shellQuote, writeFileAtomic, type Host } from '@hop3/core'
import { readTcpSockets } from '@hop3/core/processes'
import { portOwner } from '@hop3/core/routes'
import { literalPath } from '@hop3/proxy-caddy/config-text'
import { quoted } from '@hop3/proxy-nginx/config-words'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ownProxies } from '../own-proxy.ts'
import { askedServer, textMark } from './asked-server.ts'
import type { Finding } from './finding.ts'
import { caddySites, nginxServers, type HostNames } from './host-server-text.ts'

/** Where a distribution keeps its servers' configuration, and where they answer. */
export interface HostPlaces {
  readonly etc: string
  readonly port: number
}

interface HostServer {
  readonly program: 'nginx' | 'caddy'
  /** A file that is there where the program is set up. */
  readonly config: string
  /** Directories whose files it reads, too. */
  readonly more: readonly string[]
  readonly text: (names: HostNames, mark: string) => string
  /** Throws `deploy.proxy.route` for a path it cannot be told. */
  readonly include: (path: string) => string
  /** The file the line is added to: it may have that of another home. */
  readonly addTo: string
  /** The command that makes the program read it. */
  readonly reload: (etc: string) => string
}

const servers: readonly HostServer[] = [
  {
    program: 'nginx',
    config: 'nginx/nginx.conf',
    more: ['nginx/conf.d', 'nginx/sites-enabled'],
    text: nginxServers,
    include: (path) => `include ${quoted(path, 'the path')};`,
    addTo: 'nginx/conf.d/hop3.conf',
    reload: () => 'nginx -t && nginx -s reload',
  },
  {
    program: 'caddy',
    config: 'caddy/Caddyfile',
    more: [],
    text: caddySites,
    include: (path) => `import "${literalPath(path).replaceAll('"', '\\"')}"`,
    addTo: 'caddy/Caddyfile',
    reload: (etc) => `caddy reload --config ${shellQuote(`${etc}/caddy/Caddyfile`)}`,
  },
]

/** A finding where such a server has the usual port and apps have names of their own. */
export async function checkHostServer(host: Host): Promise<readonly Finding[]> {
  if (host.tls !== undefined) return []
  const own = (await ownProxies(host)).map(({ pid }) => pid)
  return hostServerFindings({ home: host.home.path, listen: host.listen, own, hosts: () => hostNames(host) }, { etc: '/etc', port: 80 })
}

/** `own` are the proxies of this home. What is to be included is kept in the home. */
export async function hostServerFindings(
  { home, listen, own, hosts: namesNow }: Pick<HostNames, 'home' | 'listen'> & OwnFacts,
  { etc, port }: HostPlaces,
): Promise<readonly Finding[]> {
  const found = listen.port === port ? undefined : await hostServer(own, etc, port)
  const hosts = found === undefined ? [] : await namesNow()
  if (found === undefined || hosts.length === 0) return []
  const path = join(home, 'host', found.program)
  const check = `${found.program} of this host`
  const line = includedBy(found, path)
  if (line instanceof Error)
    return [{ check, state: 'note', seen: `it has port ${port}, and cannot be led to the apps: ${line.message}`, fix: movedHome }]
  const names = { home, hosts, port, listen }
  const mark = textMark(found.text(names, ''))
  const text = found.text(names, mark)
  const before = await readFile(path, 'utf8').catch(() => '')
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  if (before !== text) await writeFileAtomic(path, text, { mode: 0o644 })
  const closed = found.program === 'caddy' ? await closedDirectory(path) : undefined
  if (closed !== undefined) {
    const seen = `it has port ${port}, and may not read ${path}, which would lead to the apps`
    return [{ check, state: 'note', seen, fix: `chmod o+x ${shellQuote(closed)}` }]
  }
  const answers = await Promise.all(hosts.map(async (name) => ({ name, answer: await askedServer(name, port, mark) })))
  const unread = answers.filter(({ answer }) => answer === 'unread').map(({ name }) => name)
  if (unread.length === 0) {
    const isLost = answers.some(({ answer }) => answer === 'lost')
    const lost = `it leads to ${listen.address}:${listen.port}, and reaches nothing there`
    return [isLost ? { check, state: 'note', seen: lost } : { check, state: 'ok', seen: `it leads to ${hosts.join(', ')}` }]
  }
  const now = await configuration(found, etc)
  // It may have been added without the quotes, by hand, where the path needs none.
  if (!now.includes(line) && !now.includes(line.replaceAll('"', ''))) {
    const seen = `it has port ${port}; with this line in its configuration it leads to ${hosts.join(', ')}: ${line}`
    const added = `printf '%s\\n' ${shellQuote(line)} >> ${shellQuote(join(etc, found.addTo))}`
    return [{ check, state: 'note', seen, fix: `${added} && ${found.reload(etc)}` }]
  }
  const seen = `it does not lead to ${unread.join(', ')} yet: it has to read its configuration once more`
  return [{ check, state: 'note', seen, fix: found.reload(etc) }]
}

const movedHome = 'Set HOP3_HOME to a directory whose path has letters, digits, blanks, dots and hyphens.'

function includedBy(server: HostServer, path: string): string | Error {
  try {
    return server.include(path)
  } catch (error) {
    if (isHop3Error(error) && error.code === 'deploy.proxy.route') return error
    throw error
  }
}

interface OwnFacts {
  readonly own: readonly number[]
  readonly hosts: () => Promise<readonly string[]>
}

/** Who has the port, if it is none of this home's proxies; where that is not to be seen, the one that is set up. */
async function hostServer(own: readonly number[], etc: string, port: number): Promise<HostServer | undefined> {
  if (!(await readTcpSockets('listening')).some((one) => one.port === port)) return undefined
  const owner = await portOwner(port)
  if (owner !== undefined && own.includes(owner.pid)) return undefined
  for (const server of servers) {
    const isSetUp = await stat(join(etc, server.config)).then(
      () => true,
      () => false,
    )
    if (isSetUp && (owner === undefined || owner.command === server.program)) return server
  }
  return undefined
}

async function hostNames(host: Host): Promise<readonly string[]> {
  const factories = await host.registry.proxies()
  const routes = await Promise.all(factories.map(async (factory) => (await factory.create(proxyContext(host, 'doctor')).routes?.()) ?? []))
  const names = routes.flat().flatMap(({ hosts }) => hosts)
  return [...new Set(names)].filter((name) => /^[A-Za-z0-9.-]+$/.test(name)).toSorted((one, other) => (one < other ? -1 : 1))
}

async function configuration({ config, more }: HostServer, etc: string): Promise<string> {
  const inside = await Promise.all(
    more.map(async (name) => (await readdir(join(etc, name)).catch(() => [])).map((file) => join(etc, name, file))),
  )
  const texts = [join(etc, config), ...inside.flat()].map((path) => readFile(path, 'utf8').catch(() => ''))
  return (await Promise.all(texts)).join('\n')
}

/** The outermost directory above the path that others may not enter: a server that runs as another user would fail to start. */
async function closedDirectory(path: string): Promise<string | undefined> {
  let closed: string | undefined
  for (let directory = dirname(path); directory !== dirname(directory); directory = dirname(directory))
    if (((await stat(directory)).mode & 0o001) === 0) closed = directory
  return closed
}
