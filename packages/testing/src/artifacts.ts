/** Small real artifacts for deployers' suites. */
import { join } from 'node:path'
import type { BuildArtifact, RuntimeConfig } from '@hop3/core'
import { writeFiles } from './files.ts'

/**
 * A process artifact in `directory`: worker `web` is a Node server that answers every path with JSON `{ release, pid, app }` (`/slow`
 * after a second), worker
 * `clock` prints a line and sleeps. `runtime` replaces parts of it.
 */
export async function processArtifact(directory: string, runtime: Partial<RuntimeConfig> = {}): Promise<BuildArtifact> {
  await writeFiles(directory, { 'server.mjs': server })
  return artifact('node', directory, {
    workers: { web: `exec ${quoted(process.execPath)} server.mjs`, clock: 'echo tick; exec sleep 1000' },
    ...runtime,
  })
}

/** A site in `directory` whose index.html names the directory. */
export async function siteArtifact(directory: string, runtime: Partial<RuntimeConfig> = {}): Promise<BuildArtifact> {
  const site = join(directory, 'public')
  await writeFiles(site, { 'index.html': `<h1>${directory}</h1>\n`, 'app.css': 'h1 { color: teal }\n' })
  return artifact('static', directory, { workers: { static: site }, ...runtime })
}

function artifact(kind: string, location: string, runtime: Partial<RuntimeConfig>): BuildArtifact {
  return {
    kind,
    location,
    builder: 'testing',
    appName: 'shop',
    builtAt: '2026-01-01T00:00:00.000Z',
    buildId: '1f3a9c2e00000000000000000000000a',
    metadata: {},
    runtime: {
      envVars: {},
      pathPrepend: [],
      workingDir: location,
      workers: {},
      beforeRun: [],
      staticPaths: {},
      healthcheckPath: '',
      healthcheckTimeout: 30,
      ...runtime,
    },
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`
}

/** Ends on SIGTERM after the requests under way. */
const server = `import { createServer } from 'node:http'
const { APP, HOP3_RELEASE, HOP3_SOCKET, PORT, BIND_ADDRESS } = process.env
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  const answer = () => response.end(JSON.stringify({ app: APP, release: HOP3_RELEASE, pid: process.pid }))
  if (request.url === '/slow') setTimeout(answer, 1000)
  else answer()
})
if (PORT === undefined) server.listen(HOP3_SOCKET)
else server.listen(Number(PORT), BIND_ADDRESS)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`
