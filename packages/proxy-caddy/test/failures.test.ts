import { readFile, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { readProcessStat } from '@hop3/core/processes'
import { proxyContextFor } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'
import { ask, stage, upstream } from './stage.ts'

describe.skipIf(isSkipped)(`what goes wrong${need}`, { timeout: 60_000 }, () => {
  const saying = (text: string) => upstream((_request, response) => response.end(text))
  const code = (one: string): object => ({ code: one })

  test('an instance that takes no connection: the old route stays', async () => {
    const { proxy, route, context, host } = await stage()
    await proxy.apply(await route({ upstreams: [await saying('good')] }))
    const dead = { address: '127.0.0.1', port: await host.reservePort('dead') }
    const refused = proxy.apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [dead] }))
    await expect(refused).rejects.toMatchObject(code('deploy.proxy.verify'))
    expect((await ask(context.listen.port)).body).toBe('good')
  })

  test('a command killed between its files and the proof: the next one goes on from what was proved', async () => {
    const { proxy, route, context, host } = await stage()
    const shop = await route({ upstreams: [await saying('good')] })
    await proxy.apply(shop)
    const live = join(host.home, 'proxy-caddy/live')
    const [link = ''] = (await readdir(live)).filter((name) => name.startsWith('shop.'))
    await rm(join(live, link))
    await symlink('.shop.unproved', join(live, link))
    await proxy.apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await saying('other')] }))
    expect((await ask(context.listen.port)).body).toBe('good')
    expect(await proxy.serves?.('shop', shop.release)).toBe(true)
    expect((await readdir(live)).filter((name) => name.startsWith('.'))).toHaveLength(2)
  })

  test('a Caddy that was killed: the next command starts it with all routes', async () => {
    const { proxy, route, context } = await stage()
    await proxy.apply(await route({ upstreams: [await saying('shop')] }))
    const pid = (await proxy.running?.())?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readProcessStat(pid))?.isDefunct ?? true).toBe(true)
    expect(await proxy.serves?.('shop', 'r000001-1f3a9c2e')).toBe(false)
    await proxy.apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await saying('other')] }))
    expect((await ask(context.listen.port)).body).toBe('shop')
    expect((await ask(context.listen.port, '/', { host: 'other.example' })).body).toBe('other')
  })

  test('what Caddy cannot be told is refused, and what served goes on', async () => {
    const { proxy, route, context, host } = await stage()
    const upstreams = [await saying('good')]
    await proxy.apply(await route({ upstreams }))
    const changes = [
      { hosts: ['{env.HOME}'] },
      { hosts: ['*.example.com'] },
      { release: '../{env.HOME}' },
      { protocol: 'uwsgi' as const },
      { staticPaths: { '/{env.HOME}/': '/etc' } },
      { appName: 'other', hosts: ['SHOP.example'] },
    ]
    for (const change of changes)
      await expect(proxy.apply(await route({ upstreams, ...change }))).rejects.toMatchObject(
        code(expect.stringMatching(/^deploy\.proxy\./)),
      )
    expect((await ask(context.listen.port)).body).toBe('good')
    const home = join(host.directory, 'a{b')
    const other = await proxyContextFor(host, { directories: { home, run: host.runDirectory, logs: join(home, 'logs') } })
    await expect(caddyProxy.create(other).apply(await route({ upstreams }))).rejects.toMatchObject(code('deploy.proxy.route'))
  })

  test('what a client says of where it comes from is not believed, and its host is passed on', async () => {
    const { proxy, route, context } = await stage()
    await proxy.apply(await route({ upstreams: [await upstream((request, response) => response.end(JSON.stringify(request.headers)))] }))
    const forged = {
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      proxy: 'http://evil',
      'x-forwarded-proto': 'https',
    }
    const host = `shop.example:${context.listen.port}`
    const { body } = await ask(context.listen.port, '/', { ...forged, host })
    expect(body).not.toMatch(/6\.6\.6\.6|evil/)
    expect(JSON.parse(body)).toMatchObject({
      host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(context.listen.port),
    })
  })

  test('no instance is said in one plain line, and every request written down where that is wanted', async () => {
    const { proxy, route, context } = await stage({ accessLog: true })
    await proxy.apply(await route())
    expect(await ask(context.listen.port, '/seen')).toMatchObject({
      status: 503,
      body: expect.stringMatching(/^503 Service Unavailable: [^<]*\n$/),
    })
    await expect.poll(() => readFile(join(context.directories.logs, 'access-shop.log'), 'utf8')).toContain('/seen')
  })
})
