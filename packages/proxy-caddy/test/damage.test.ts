import { readdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyContextFor, proxyStageFor, startUpstream } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const stage = proxyStageFor(caddyProxy)

describe.skipIf(isSkipped)(`what goes wrong${need}`, { timeout: 60_000 }, () => {
  test('a command killed between its files and the proof: the next one goes on from what was proved', async () => {
    const { proxy, route, ask, host } = await stage()
    const shop = await route({ upstreams: [await startUpstream('good')] })
    await proxy().apply(shop)
    const live = join(host.home, 'proxy-caddy/live')
    const [link = ''] = (await readdir(live)).filter((name) => name.startsWith('shop.'))
    await rm(join(live, link))
    await symlink('.shop.unproved', join(live, link))
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    expect((await ask()).body).toContain('good')
    expect(await proxy().serves?.('shop', shop.release)).toBe(true)
    expect((await readdir(live)).filter((name) => name.startsWith('.'))).toHaveLength(2)
  })

  test('a home whose path Caddy cannot be told', async () => {
    const { route, host } = await stage()
    const home = join(host.directory, 'a{b')
    const context = await proxyContextFor(host, { directories: { home, run: host.runDirectory, logs: join(home, 'logs') } })
    const refused = caddyProxy.create(context).apply(await route({ upstreams: [await startUpstream('one')] }))
    await expect(refused).rejects.toMatchObject({ code: 'deploy.proxy.route' })
  })

  test('more or fewer instances are no new configuration, and each has its share', async () => {
    const { proxy, route, ask, host } = await stage()
    const ends = await Promise.all(['a', 'b', 'c'].map((name) => startUpstream(name)))
    const applied = async (count: number): Promise<string> => {
      await proxy().apply(await route({ upstreams: ends.slice(0, count) }))
      return readFile(join(host.home, 'proxy-caddy/caddy.json'), 'utf8')
    }
    const one = await applied(1)
    expect(await applied(3)).toBe(one)
    const names: string[] = []
    for (let turn = 0; turn < 12; turn++) names.push(/"name":"(.)"/.exec((await ask()).body)?.[1] ?? '?')
    expect(names.toSorted((one, next) => one.localeCompare(next)).join('')).toBe('aaaabbbbcccc')
    expect(await applied(2)).toBe(one)
  })

  test('instances on sockets: the new ones are reached as soon as it has resolved', async () => {
    const { proxy, route, ask, host } = await stage()
    for (const name of ['one', 'two', 'three']) {
      const upstreams = [await startUpstream(name, join(host.runDirectory, `${name}.sock`))]
      await proxy().apply(await route({ release: `r00000${name.length}-1f3a9c2e`, upstreams }))
      for (let turn = 0; turn < 5; turn++) expect((await ask()).body).toContain(`"${name}"`)
    }
  })
})
