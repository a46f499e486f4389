/** What a request meets where an instance has died, and how it finds those that live. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyStageFor, serveHttp, startUpstream } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const stage = proxyStageFor(nginxProxy)

describe.skipIf(isSkipped)(`instances${need}`, { timeout: 60_000 }, () => {
  test('a dead one of several costs no request, whatever its method and length', async () => {
    const { proxy, route, ask } = await stage()
    for (const count of [2, 3, 11, 12, 13]) {
      const living = await Promise.all(Array.from({ length: count - 1 }, () => startUpstream('living')))
      const dying = await serveHttp((_request, response) => response.end('dying'))
      await proxy().apply(await route({ release: `r0000${count}-1f3a9c2e`, upstreams: [...living, dying.upstream] }))
      dying.server.closeAllConnections()
      await new Promise((resolve) => void dying.server.close(resolve))
      for (let turn = 0; turn < 40; turn++) {
        const method = ['GET', 'POST', 'PUT', 'HEAD'][turn % 4] ?? 'GET'
        const body = turn % 4 === 1 || turn % 4 === 2 ? 'x'.repeat(turn % 8 === 1 ? 300_000 : 100) : undefined
        const answer = await ask({ method, ...(body !== undefined && { body }) })
        expect([count, method, answer.status]).toEqual([count, method, 200])
        const seen: unknown = method === 'HEAD' ? { name: 'living', method, body: '' } : JSON.parse(answer.body)
        expect(seen).toMatchObject({ name: 'living', method, body: body ?? '' })
      }
    }
  })

  test('what one may have acted on is not sent to another', async () => {
    const { proxy, route, ask } = await stage()
    let seen = 0
    const ending = await serveHttp((incoming) => {
      incoming.resume().once('end', () => {
        seen += 1
        incoming.socket.destroy()
      })
    })
    await proxy().apply(await route({ upstreams: [ending.upstream, ending.upstream] }))
    expect(await ask({ method: 'POST', body: 'order' })).toMatchObject({ status: 502, body: expect.stringMatching(/^502 Bad Gateway: /) })
    expect(seen).toBe(1)
    expect((await ask()).status).toBe(502)
    expect(seen).toBe(4)
  })

  test('more, fewer or none are no new configuration', async () => {
    const { proxy, route, ask, host } = await stage()
    const ends = await Promise.all(['a', 'b', 'c'].map((name) => startUpstream(name)))
    const applied = async (count: number): Promise<string> => {
      await proxy().apply(await route({ upstreams: ends.slice(0, count) }))
      return readFile(join(host.home, 'proxy-nginx/current/nginx.conf'), 'utf8')
    }
    const one = await applied(1)
    expect(await applied(0)).toBe(one)
    expect((await ask()).status).toBe(503)
    expect(await applied(3)).toBe(one)
    const names = new Set<string>()
    for (let turn = 0; turn < 60; turn++) names.add(/"name":"(.)"/.exec((await ask()).body)?.[1] ?? '?')
    expect([...names].toSorted((left, right) => left.localeCompare(right)).join('')).toBe('abc')
  })

  test('a path no socket of ours has is refused', async () => {
    const { proxy, route, host } = await stage()
    const upstream = await startUpstream('odd', join(host.runDirectory, 'a:b.sock'))
    await expect(proxy().apply(await route({ upstreams: [upstream] }))).rejects.toMatchObject({ code: 'deploy.proxy.route' })
  })
})
