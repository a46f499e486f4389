/** A container engine that builds nothing: it answers with what an image of the Dockerfile would say of itself, at once and on any machine. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'

export interface DescribingEngine {
  /** For DOCKER_HOST. */
  readonly address: string
  close(): Promise<void>
}

/** What every image is pushed as. */
export const digest = `sha256:${'1'.repeat(64)}`

/** `socket`: where it listens. `home`: of the builds, whose Dockerfiles it reads there. */
export async function openDescribingEngine(socket: string, home: string): Promise<DescribingEngine> {
  const images = new Map<string, object>()
  const answer = ({ method = '', url = '' }: IncomingMessage): { readonly status: number; readonly body: object } => {
    const { pathname, searchParams } = new URL(url.replace(/^\/v[\d.]+(?=\/)/, ''), 'http://engine')
    const name = decodeURIComponent(/^\/images\/(.+)\/(?:json|tag|push)$/.exec(pathname)?.[1] ?? '')
    if (pathname === '/version') return { status: 200, body: { Version: '26.1.5', ApiVersion: '1.45', Os: 'linux', Arch: 'amd64' } }
    if (method === 'POST' && pathname === '/build') {
      const [, app = '', release = ''] = /^hop3\/(.*):(.*)$/.exec(searchParams.get('t') ?? '') ?? []
      const image = imageOf(readFileSync(join(home, 'apps', app, 'releases', release, 'Dockerfile'), 'utf8'))
      for (const one of [image.Id, `registry.example.com/${app}@${digest}`]) images.set(one, image)
      return { status: 200, body: { id: 'moby.image.id', aux: { ID: image.Id } } }
    }
    if (method === 'POST' && pathname.endsWith('/push')) return { status: 200, body: { aux: { Digest: digest } } }
    if (method === 'POST' && pathname.endsWith('/tag')) return { status: 201, body: {} }
    if (pathname.startsWith('/distribution/')) return { status: 200, body: { Descriptor: { digest } } }
    const image = images.get(name)
    return image === undefined ? { status: 404, body: { message: `No such image: ${name}` } } : { status: 200, body: image }
  }
  const server = createServer((request, response) => {
    request.resume()
    const { status, body } = answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  // A session, of which this engine asks nothing.
  server.on('upgrade', (_, connection) => {
    connection.on('error', () => {})
    connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    address: `unix://${socket}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Of the images that say something unusual of how their programs start. */
const bases: Readonly<Record<string, { readonly path?: string; readonly directory?: string }>> = {
  'caddy:2': { directory: '/srv' },
  'eclipse-temurin:21-jre': { path: `/opt/java/openjdk/bin:${usualPath}` },
}

/** What the last stage of a generated Dockerfile says, on top of the image below it: `examples-as-images.test.ts` has an engine make them. */
function imageOf(dockerfile: string): { readonly Id: string; readonly [key: string]: unknown } {
  const lines = dockerfile
    .slice(dockerfile.lastIndexOf('\nFROM ') + 1)
    .replaceAll('\\\n', ' ')
    .split('\n')
  const of = (keyword: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${keyword} `) ? [line.slice(keyword.length + 1)] : []))
  const { path = usualPath, directory = '' } = bases[of('FROM')[0] ?? ''] ?? {}
  const env = new Map([['PATH', path]])
  for (const [, name = '', value = ''] of of('ENV').flatMap((line) => [...line.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)]))
    env.set(
      name,
      value
        .slice(1, -1)
        .replaceAll(/\\(.)/g, '$1')
        .replace('$PATH', env.get('PATH') ?? ''),
    )
  return {
    Id: `sha256:${createHash('sha256').update(dockerfile).digest('hex')}`,
    Size: 0,
    Architecture: 'amd64',
    Os: 'linux',
    RootFS: { Layers: [] },
    RepoDigests: [],
    Config: {
      Env: [...env].map(([name, value]) => `${name}=${value}`),
      User: of('USER').at(-1) ?? '',
      WorkingDir: of('WORKDIR').at(-1) ?? directory,
      ExposedPorts: Object.fromEntries(of('EXPOSE').map((port) => [`${port}/tcp`, {}])),
      Entrypoint: null,
      Cmd: of('CMD').flatMap((line) => JSON.parse(line)),
    },
  }
}
