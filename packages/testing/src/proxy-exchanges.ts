/** What passes through a proxy besides a plain request and its answer. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Upstream } from '@hop3/core'
import { expect, onTestFinished, test } from 'vitest'
import type { ProxyStage, StageProxy } from './proxy-stage.ts'
import { openRaw, upgradeRequest } from './raw-connection.ts'
import { serveHttp, startUpstream } from './upstream.ts'

export function registerExchangeTests(stage: StageProxy): void {
  test('lets a WebSocket through', async () => {
    const { proxy, route, context } = await stage()
    await proxy().apply(await route({ upstreams: [(await startEcho('one')).upstream] }))
    const { socket, seen } = openRaw(context.listen.port, upgradeRequest)
    await expect.poll(seen).toContain('101 Switching')
    socket.write('are you there?')
    await expect.poll(seen).toContain('one: are you there?')
  })

  test('passes events on as they come', async () => {
    const { proxy, route, context } = await stage()
    const events = await serveHttp((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      onTestFinished(() => void response.end())
    })
    await proxy().apply(await route({ upstreams: [events.upstream] }))
    const { seen } = openRaw(context.listen.port, 'GET / HTTP/1.1\r\nHost: shop.example\r\nAccept: text/event-stream\r\n\r\n')
    await expect.poll(seen).toContain('data: one')
  })

  test('passes a large body on without holding it, both ways', async () => {
    const { proxy, route, ask } = await stage()
    const counting = await serveHttp((incoming, response) => {
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length))
      incoming.once('end', () => response.end('x'.repeat(bytes)))
    })
    await proxy().apply(await route({ upstreams: [counting.upstream] }))
    const { status, body } = await ask({ method: 'PUT', body: 'é'.repeat(8_000_000) })
    expect([status, body.length]).toEqual([200, 16_000_000])
  })

  test('does not believe a client where it comes from, and passes its host on', async () => {
    const { proxy, route, ask, context } = await stage()
    const { upstream } = await serveHttp((incoming, response) => response.end(JSON.stringify(incoming.headers)))
    await proxy().apply(await route({ upstreams: [upstream] }))
    const forged = {
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      proxy: 'http://evil',
      'x-forwarded-proto': 'https',
    }
    const host = `shop.example:${context.listen.port}`
    const { body } = await ask({ host, headers: forged })
    expect(body).not.toMatch(/6\.6\.6\.6|evil/)
    expect(JSON.parse(body)).toMatchObject({
      host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(context.listen.port),
    })
  })

  test('says in one plain line that no instance runs, and that one refuses', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route())
    const none = await ask()
    expect(none.status).toBe(503)
    expect(none.body).toMatch(/^503 Service Unavailable: [^<]*\n$/)
    const ending = await serveHttp((incoming) => incoming.socket.destroy())
    await proxy().apply(await route({ upstreams: [ending.upstream] }))
    const refused = await ask()
    expect(refused.status).toBe(502)
    expect(refused.body).toMatch(/^502 Bad Gateway: [^<]*\n$/)
  })

  test('writes every request down where that is wanted', async () => {
    const { proxy, route, ask, context } = await stage({ accessLog: true })
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    await ask({ path: '/seen' })
    await expect.poll(() => accessLogs(context)).toContain('/seen')
  })
}

export interface Echo {
  readonly upstream: Upstream
  /** Resolves when a request that asks for no other protocol is there. */
  readonly arrived: Promise<void>
  /** Answers those requests with its name: no one before, every one after. */
  readonly answer: () => void
}

/** An upstream that switches to a protocol of its own: what comes goes back with its name. */
export async function startEcho(name: string): Promise<Echo> {
  const arrived = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const { upstream, server } = await serveHttp((_request, response) => {
    arrived.resolve()
    void told.promise.then(() => response.end(name))
  })
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('data', (data) => socket.write(`${name}: ${String(data)}`))
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
  })
  return { upstream, arrived: arrived.promise, answer: told.resolve }
}

async function accessLogs({ directories: { logs } }: ProxyStage['context']): Promise<string> {
  const names = (await readdir(logs)).filter((name) => name.includes('access'))
  return (await Promise.all(names.map((name) => readFile(join(logs, name), 'utf8')))).join('')
}
