import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { proveRoute } from '../src/proxy-proof.ts'
import type { Route } from '../src/proxy.ts'
import { systemClock } from '../src/system-host.ts'

const route: Route = {
  appName: 'blog',
  release: 'r000001-00000001',
  hosts: [],
  protocol: 'http',
  upstreams: [],
  staticPaths: {},
  port: 1,
  spa: false,
}

test('a proof that is interrupted ends with the reason, not with what the route is said to lack', async () => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const interruption = new AbortController()
  const listen = { address: '127.0.0.1', port }
  server.once('connection', () => interruption.abort(new Error('Ctrl-C')))
  const proof = proveRoute({ listen, clock: systemClock, signal: interruption.signal }, 'token', { ...route, port }, 'ab')
  await expect(proof).rejects.toThrow('Ctrl-C')
})
