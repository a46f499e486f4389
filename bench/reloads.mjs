// Reloads under load: of what a steady client asks at an app's port while its proxy is told something new twenty times, how much fails.
//
//   npm run build && node bench/reloads.mjs [caddy|nginx] [reloads] [requests per second]
//
// Needs the proxy on PATH. A tenth of the requests come on connections that are idle between them. Everything it starts it ends, and it writes
// to a temporary directory only.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSteadyClient } from '../system-tests/src/steady-client.ts'
import { head, row } from './measure.mjs'

const [name = 'caddy', reloads = 20, requestsPerSecond = 300] = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const directories = { home: directory, run: join(directory, 'run'), logs: join(directory, 'logs') }
mkdirSync(directories.logs)
const built = (of) => import(new URL(`../packages/${of}/dist/index.js`, import.meta.url))
const { createRun, systemClock } = await built('core')
const { default: plugin } = await built(`proxy-${name}`)
const upstream = createServer((incoming, response) => void answer(incoming, response))
const [listen, port] = [{ address: '127.0.0.1', port: await freePort() }, await freePort()]
const upstreams = [{ address: '127.0.0.1', port: await portOf(upstream) }]
const route = { appName: 'app', release: 'r000001-1f3a9c2e', hosts: [], protocol: 'http', upstreams, staticPaths: {}, port, spa: false }
const proxy = (accessLog) => plugin.proxies[0].create(contextWith(accessLog))

head(`${reloads} reloads of ${name} at ${requestsPerSecond} requests/s`)
try {
  await proxy(false).apply(route)
  const paths = { quick: '/', slow: '/slow', upload: '/upload' }
  const client = startSteadyClient({
    port,
    requestsPerSecond: Number(requestsPerSecond),
    idleConnections: 40,
    paths,
    isRight: (text) => text === 'yes',
  })
  for (let turn = 0; turn < Number(reloads); turn++) {
    await sleep(1_000)
    await proxy(turn % 2 === 0).apply(route)
  }
  const failures = await client.stop()
  row(`${name}: ${reloads} reloads`, '0 failed', `${failures.length} failed of ${client.requests()}`, failures.length === 0)
  for (const one of failures.slice(0, 5)) console.error(JSON.stringify(one))
} finally {
  await proxy(false).stop()
  upstream.closeAllConnections()
  upstream.close()
  rmSync(directory, { recursive: true, force: true })
}

/** Another access log is another configuration. */
function contextWith(accessLog) {
  const log = Object.fromEntries(['debug', 'info', 'warn', 'error', 'output'].map((level) => [level, () => {}]))
  const env = { PATH: `${process.env.PATH}:/usr/sbin` }
  return { directories, listen, env, log, run: createRun(), signal: new AbortController().signal, clock: systemClock, accessLog }
}

async function answer(incoming, response) {
  let length = 0
  for await (const chunk of incoming) length += chunk.length
  if (incoming.url === '/slow') await sleep(1_000)
  response.end(incoming.url === '/upload' ? String(length) : 'yes')
}

async function freePort() {
  const server = createServer()
  const free = await portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return free
}

async function portOf(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}
