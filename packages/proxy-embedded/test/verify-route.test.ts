import { createLog, createRun, systemClock, type Clock, type ProxyContext, type Route } from '@hop3/core'
import { identifySelf } from '@hop3/core/processes'
import { expect, it } from 'vitest'
import { verifyRoute } from '../src/verify-route.ts'
import { startRawUpstream } from './harness.ts'

it('pauses between its questions where another proxy answers them', async () => {
  const other = await startRawUpstream((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'))
  const listen = { address: '127.0.0.1', port: other.port }
  let now = 0
  // Time goes on by a millisecond whenever it is asked for.
  const clock: Clock = { ...systemClock, monotonic: () => (now += 1), sleep: async (millis) => void (now += millis) }
  const context: ProxyContext = {
    directories: { home: '/nowhere', run: '/nowhere', logs: '/nowhere' },
    listen,
    beside: [listen],
    env: {},
    log: createLog({ sink: () => {}, clock }),
    run: createRun(),
    signal: new AbortController().signal,
    clock,
  }
  const route: Route = {
    appName: 'blog',
    release: 'r000001-00000001',
    hosts: [],
    protocol: 'http',
    upstreams: [],
    staticPaths: {},
    port: other.port,
    spa: false,
  }
  const server = { ...(await identifySelf()), version: '', listen, accessLog: false, socket: '/nowhere', token: 'secret' }
  await expect(verifyRoute(context, server, route)).rejects.toMatchObject({ code: 'deploy.proxy.verify' })
  expect(other.sockets.length).toBeGreaterThan(10)
  expect(other.sockets.length).toBeLessThan(1_000)
})
