import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processIds, readProcessStat } from '@hop3/core/processes'
import { memoryLog, proxyContextFor, proxyStageFor, startUpstream } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
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

  test('a host name nobody knows any more stops its own app alone, which goes on with the address it had', async () => {
    const { log, lines } = memoryLog()
    const { proxy, route, ask, host } = await stage({ log })
    const { port } = await startUpstream('other')
    await proxy().apply(await route({ ...(await other()), upstreams: [{ address: 'localhost', port }] }))
    const file = join(host.home, 'proxy-nginx/routes/other.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"localhost"', '"gone.invalid"'))
    await proxy().apply(await route({ upstreams: [await startUpstream('shop')] }))
    expect((await ask()).body).toContain('shop')
    expect((await ask({ host: 'other.example' })).body).toContain('other')
    expect(lines().join()).toContain('Cannot route other by nginx: "gone.invalid" is no address')
  })

  test('workers that outlived their master are found by a home that is called by a link', async () => {
    const { route, host, context } = await stage()
    const home = join(host.directory, 'by-link')
    await mkdir(join(host.directory, 'real'))
    await symlink('real', home)
    const proxy = nginxProxy.create({ ...context, directories: { home, run: host.runDirectory, logs: join(home, 'logs') } })
    onTestFinished(() => proxy.stop?.())
    await proxy.apply(await route({ upstreams: [await startUpstream('one')] }))
    const master = (await proxy.running?.())?.pid ?? 0
    const workers: number[] = []
    for (const pid of await processIds()) if ((await readProcessStat(pid))?.parent === master) workers.push(pid)
    const hasEnded = async (pid: number): Promise<boolean> => (await readProcessStat(pid))?.isDefunct ?? true
    process.kill(master, 'SIGKILL')
    await expect.poll(() => hasEnded(master), { timeout: 10_000 }).toBe(true)
    await proxy.apply(await route({ upstreams: [await startUpstream('two')] }))
    expect(workers).not.toEqual([])
    for (const pid of workers) expect([pid, await hasEnded(pid)]).toEqual([pid, true])
  })
})
