import { appendFile, readFile, readdir, symlink, rm, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readProcessStat } from '@hop3/core/processes'
import { describe, expect, test } from 'vitest'
import { isSkipped, need } from './programs.ts'
import { ask, stage, upstream } from './stage.ts'

describe.skipIf(isSkipped)(`what goes wrong${need}`, { timeout: 60_000 }, () => {
  test('an instance that takes no connection: the old route stays, and no file of the new one', async () => {
    const { proxy, route, context, host } = await stage()
    await proxy.apply(await route({ upstreams: [await upstream((_request, response) => response.end('good'))] }))
    const dead = { address: '127.0.0.1', port: await host.reservePort('dead') }
    await expect(proxy.apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [dead] }))).rejects.toMatchObject({
      code: 'deploy.proxy.verify',
    })
    expect((await ask(context.listen.port)).body).toBe('good')
    expect(await readdir(join(host.home, 'proxy-nginx/generations'))).toHaveLength(1)
  })

  test('a broken file of another app is made anew from its route, and stops nobody', async () => {
    const { proxy, route, context, host } = await stage()
    await proxy.apply(
      await route({
        appName: 'other',
        hosts: ['other.example'],
        upstreams: [await upstream((_request, response) => response.end('other'))],
      }),
    )
    await appendFile(join(host.home, 'proxy-nginx/current/apps/other.conf'), 'nonsense {')
    await proxy.apply(await route({ upstreams: [await upstream((_request, response) => response.end('shop'))] }))
    expect((await ask(context.listen.port)).body).toBe('shop')
    expect((await ask(context.listen.port, '/', { host: 'other.example' })).body).toBe('other')
  })

  test('a command killed between its files and the switch: the next one goes on from what was proved', async () => {
    const { proxy, route, context, host } = await stage()
    const shop = await route({ upstreams: [await upstream((_request, response) => response.end('good'))] })
    await proxy.apply(shop)
    const directory = join(host.home, 'proxy-nginx')
    // As a killed command leaves it: files of a generation nobody proved, broken at that, and the link moved.
    await mkdir(join(directory, 'generations/dead/apps'), { recursive: true })
    await writeFile(join(directory, 'generations/dead/nginx.conf'), 'nonsense {')
    await rm(join(directory, 'current'))
    await symlink('generations/dead', join(directory, 'current'))
    await proxy.apply(
      await route({
        appName: 'other',
        hosts: ['other.example'],
        upstreams: [await upstream((_request, response) => response.end('other'))],
      }),
    )
    expect((await ask(context.listen.port)).body).toBe('good')
    expect(await proxy.serves?.('shop', shop.release)).toBe(true)
    expect(await readdir(join(directory, 'generations'))).not.toContain('dead')
  })

  test('a master that was killed: the next command ends its workers and starts nginx with all routes', async () => {
    const { proxy, route, context } = await stage()
    await proxy.apply(await route({ upstreams: [await upstream((_request, response) => response.end('shop'))] }))
    const pid = (await proxy.running?.())?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readProcessStat(pid))?.isDefunct ?? true).toBe(true)
    expect(await proxy.serves?.('shop', 'r000001-1f3a9c2e')).toBe(false)
    await proxy.apply(
      await route({
        appName: 'other',
        hosts: ['other.example'],
        upstreams: [await upstream((_request, response) => response.end('other'))],
      }),
    )
    expect((await ask(context.listen.port)).body).toBe('shop')
    expect((await ask(context.listen.port, '/', { host: 'other.example' })).body).toBe('other')
  })

  test('a home whose path nginx cannot be told is refused before anything is written', async () => {
    const { proxy, route, host } = await stage()
    const home = join(host.directory, 'a$b')
    const { nginxProxy } = await import('../src/index.ts')
    const { proxyContextFor } = await import('@hop3/testing')
    const context = await proxyContextFor(host, { directories: { home, run: host.runDirectory, logs: join(home, 'logs') } })
    const refused = nginxProxy.create(context).apply(await route({ upstreams: [await upstream((_request, response) => response.end())] }))
    await expect(refused).rejects.toMatchObject({ code: 'deploy.proxy.route', message: expect.stringContaining('"$"') })
    expect(await proxy.running?.()).toBeUndefined()
  })

  test('a name another app has', async () => {
    const { proxy, route } = await stage()
    const upstreams = [await upstream((_request, response) => response.end())]
    await proxy.apply(await route({ upstreams }))
    const code = 'deploy.proxy.host-taken'
    await expect(proxy.apply(await route({ appName: 'other', hosts: ['SHOP.example'], upstreams }))).rejects.toMatchObject({ code })
  })

  test('every request is written down where that is wanted', async () => {
    const { proxy, route, context } = await stage({ accessLog: true })
    await proxy.apply(await route({ upstreams: [await upstream((_request, response) => response.end())] }))
    await ask(context.listen.port, '/seen')
    await expect.poll(() => readFile(join(context.directories.logs, 'access-shop.log'), 'utf8')).toContain('GET /seen')
  })
})
