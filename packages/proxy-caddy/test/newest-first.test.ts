import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { memoryLog, proxyContextFor, proxyStageFor, startUpstream, testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { newestFirst } from '../src/newest-first.ts'
import { isSkipped, need } from './programs.ts'

const stage = proxyStageFor(caddyProxy)

describe('new connections go to the socket that began to listen last', { timeout: 60_000 }, () => {
  test.each(['127.0.0.1', '::', '0.0.0.0'])('at %s, while the work is done', async (address) => {
    const host = await testHost()
    const port = await host.reservePort('shared')
    // As Go does: one socket for both families.
    const at = address === '0.0.0.0' ? '::' : address
    const first = await listener('first', port, at)
    await newestFirst({ ...host, env: host.toolEnv }, [{ address, port }], async () => {
      expect(await whoAnswers(port)).toEqual(new Set(['first']))
      await listener('second', port, at)
      expect(await whoAnswers(port)).toEqual(new Set(['second']))
      await first.close()
      expect(await whoAnswers(port)).toEqual(new Set(['second']))
    })
    await listener('third', port, at)
    expect(await whoAnswers(port)).toEqual(new Set(['second', 'third']))
  })

  test('where there is no perl only the work is done, and the log says why', async () => {
    const host = await testHost()
    const { log, lines } = memoryLog()
    const run = (): never => {
      throw new Error('there is no perl')
    }
    expect(
      await newestFirst({ clock: host.clock, env: {}, log, run }, [{ address: '127.0.0.1', port: 1 }], () => Promise.resolve('done')),
    ).toBe('done')
    expect(lines().join()).toContain('there is no perl')
  })

  test.skipIf(isSkipped)(`at every port of a Caddy that is told something new, and at none beside another proxy${need}`, async () => {
    const { host, proxy, route, context } = await stage()
    const led = (): readonly string[] => host.commands.flatMap(({ file, args }) => (file.endsWith('/perl') ? args.slice(2).join(', ') : []))
    const shop = await route({ upstreams: [await startUpstream('shop')] })
    await proxy().apply(shop)
    expect(led()).toEqual([])
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    const places = `127.0.0.1 ${context.listen.port}, 127.0.0.1 ${shop.port}`
    expect(led()).toEqual([`newest, ${places}`, `any, ${places}`])
    const beside = caddyProxy.create(await proxyContextFor(host, { listen: context.listen, beside: [context.listen] }))
    await beside.apply(await route({ appName: 'third', hosts: ['third.example'], upstreams: [await startUpstream('third')] }))
    expect(led()).toHaveLength(2)
  })
})

async function listener(name: string, port: number, host: string): Promise<{ readonly close: () => Promise<void> }> {
  const server = createServer((_, response) => response.end(name))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(close)
  server.listen({ port, host, reusePort: true })
  await once(server, 'listening')
  return { close }
}

/** Of thirty new connections: without a rule two sockets share them. */
async function whoAnswers(port: number): Promise<ReadonlySet<string>> {
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent: false }, (answer) => void text(answer).then(resolve, reject)).once('error', reject)
    })
  return new Set(await Promise.all(Array.from({ length: 30 }, ask)))
}
