import { appendFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyContextFor, proxyStageFor, startUpstream } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const stage = proxyStageFor(nginxProxy)
const other = async () => ({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] })

describe.skipIf(isSkipped)(`what goes wrong${need}`, { timeout: 60_000 }, () => {
  test('a broken file of another app is made anew from its route, and stops nobody', async () => {
    const { proxy, route, ask, host } = await stage()
    await proxy().apply(await route(await other()))
    await appendFile(join(host.home, 'proxy-nginx/current/apps/other.conf'), 'nonsense {')
    await proxy().apply(await route({ upstreams: [await startUpstream('shop')] }))
    expect((await ask()).body).toContain('shop')
    expect((await ask({ host: 'other.example' })).body).toContain('other')
    expect(await readdir(join(host.home, 'proxy-nginx/generations'))).toHaveLength(1)
  })

  test('a command killed between its files and the switch: the next one goes on from what was proved', async () => {
    const { proxy, route, ask, host } = await stage()
    const shop = await route({ upstreams: [await startUpstream('good')] })
    await proxy().apply(shop)
    const directory = join(host.home, 'proxy-nginx')
    // As a killed command leaves it: files of a generation nobody proved, broken at that, and the link moved.
    await mkdir(join(directory, 'generations/dead/apps'), { recursive: true })
    await writeFile(join(directory, 'generations/dead/nginx.conf'), 'nonsense {')
    await rm(join(directory, 'current'))
    await symlink('generations/dead', join(directory, 'current'))
    await proxy().apply(await route(await other()))
    expect((await ask()).body).toContain('good')
    expect(await readdir(join(directory, 'generations'))).not.toContain('dead')
    expect(await proxy().serves?.('shop', shop.release)).toBe(true)
  })

  test('a home whose path nginx cannot be told is refused before anything is written', async () => {
    const { proxy, route, host } = await stage()
    const home = join(host.directory, 'a$b')
    const context = await proxyContextFor(host, { directories: { home, run: host.runDirectory, logs: join(home, 'logs') } })
    const refused = nginxProxy.create(context).apply(await route({ upstreams: [await startUpstream('one')] }))
    await expect(refused).rejects.toMatchObject({ code: 'deploy.proxy.route', message: expect.stringContaining('"$"') })
    expect(await proxy().running?.()).toBeUndefined()
  })
})
