/** A server another one has taken the place of, and the connections clients still have to it. */
import { isRunning } from '@hop3/core/processes'
import { openRaw, proxyContextFor, proxyStageFor, startUpstream } from '@hop3/testing'
import { expect, test } from 'vitest'
import { embeddedProxy } from '../src/index.ts'

const ask = 'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n'

test('answers on a connection that was idle for long, from where the route leads by then', { timeout: 60_000 }, async () => {
  const { proxy, route, host, context } = await proxyStageFor(embeddedProxy)()
  await proxy().apply(await route({ upstreams: [await startUpstream('first')] }))
  const pid = (await proxy().running?.())?.pid ?? 0
  const idle = openRaw(context.listen.port, ask)
  const silent = openRaw(context.listen.port, ask)
  for (const { seen } of [idle, silent]) await expect.poll(seen).toContain('"first"')
  const next = embeddedProxy.create(await proxyContextFor(host, { listen: context.listen, accessLog: true }))
  await next.apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('second')] }))
  expect((await next.running?.())?.pid).not.toBe(pid)
  await next.apply(await route({ release: 'r000003-1f3a9c2e', upstreams: [await startUpstream('third')] }))
  await host.clock.sleep(1_500)
  idle.socket.write(ask)
  await expect.poll(idle.seen, { timeout: 10_000 }).toContain('"third"')
  expect(idle.seen()).toMatch(/connection: close/i)
  // One that says nothing does not keep it once the proxy is stopped.
  expect(await isRunning(pid)).toBe(true)
  await next.stop?.()
  await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false)
})
