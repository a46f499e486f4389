/** What holds for a proxy that is a program of the host, besides what holds for every one: it is killed, its files are broken, it lasts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsCertificate } from '@hop3/core'
import { readProcessStat } from '@hop3/core/processes'
import type { ProxyProgram } from '@hop3/core/routes'
import { describe, expect, test } from 'vitest'
import { askingAlong } from './asking-along.ts'
import { registerWayBackTests } from './proxy-way-back.ts'
import { startEcho } from './proxy-exchanges.ts'
import { proxyStageFor, type StageProxy } from './proxy-stage.ts'
import { openRaw, upgradeRequest } from './raw-connection.ts'
import { registerHostileTests } from './proxy-hostile.ts'
import { registerTlsTests } from './proxy-tls.ts'
import { registerExampleTests } from './proxy-readme.ts'
import { testProxy, type ProxySuite } from './test-proxy.ts'
import { testWebServer } from './test-web-server.ts'
import { serveHttp, startUpstream } from './upstream.ts'
import { actionable, failureOf } from './verdict-checks.ts'

export interface ProgramProxySuite extends ProxySuite {
  /** What `factory` is made of. */
  readonly program: ProxyProgram
  /** The package's README: its example is run. */
  readonly readme: string
  /** What its factory is called in it. */
  readonly exported: string
  /** Where it can have certificates from. */
  readonly certificates: readonly TlsCertificate['from'][]
  /** How many hostile values are tried. Default 200. */
  readonly hostileValues?: number
}

export function testProgramProxy(suite: ProgramProxySuite): void {
  testProxy(suite)
  testWebServer(suite)
  describe(`${suite.factory.name} as a program of the host`, { timeout: suite.timeout ?? 60_000 }, () => {
    const stage = proxyStageFor(suite.factory, suite.context)
    registerSwitchTests(stage)
    registerDamageTests(stage)
    registerWayBackTests(stage, suite.program)
    registerTlsTests(stage, suite)
    registerExampleTests(stage, suite)
    registerHostileTests(stage, suite.hostileValues ?? 200)
  })
}

function registerSwitchTests(stage: StageProxy): void {
  test('loses no request while releases, instances and their number change ten times', async () => {
    const { proxy, route, ask } = await stage()
    const ends = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startUpstream(name)))
    const move = async (turn: number): Promise<string> => {
      const upstreams = turn % 3 === 0 ? ends : ends.filter((_, index) => index === turn % 4)
      return proxy().apply(await route({ release: `r0000${turn + 10}-1f3a9c2e`, upstreams }))
    }
    await move(0)
    const { asked, failures } = await askingAlong(ask, async () => {
      for (let turn = 1; turn <= 10; turn++) await move(turn)
    })
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(100)
  })

  test('answers what is under way when it is told a new name', async () => {
    const { proxy, route, ask } = await stage()
    const arrived = Promise.withResolvers<void>()
    const told = Promise.withResolvers<void>()
    const { upstream } = await serveHttp((_, response) => {
      arrived.resolve()
      void told.promise.then(() => response.end('late'))
    })
    await proxy().apply(await route({ upstreams: [upstream] }))
    const answer = ask()
    await arrived.promise
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    told.resolve()
    expect(await answer).toMatchObject({ status: 200, body: 'late' })
  })

  test('lets a long answer and a WebSocket go on, each on the instance it began with', async () => {
    const { proxy, route, ask, context } = await stage()
    const { upstream, arrived, answer } = await startEcho('old')
    await proxy().apply(await route({ upstreams: [upstream] }))
    const { socket, seen } = openRaw(context.listen.port, upgradeRequest)
    await expect.poll(seen).toContain('101 Switching')
    const slow = ask()
    await arrived
    const upstreams = [await startUpstream('new'), await startUpstream('new')]
    await proxy().apply(await route({ release: 'r000002-1f3a9c2e', upstreams }))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'new' })
    answer()
    expect((await slow).body).toBe('old')
    socket.write('still there?')
    await expect.poll(seen).toContain('old: still there?')
  })
}

function registerDamageTests(stage: StageProxy): void {
  test('keeps the old route when an instance of the new takes no connection', async () => {
    const { proxy, route, ask, host } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('good')] }))
    const dead = { address: '127.0.0.1', port: await host.reservePort('dead') }
    const change = { release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('bad'), dead] }
    expect(await failureOf(async () => proxy().apply(await route(change)))).toMatchObject({ code: 'deploy.proxy.verify' })
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'good' })
  })

  test('is started again with all routes when it was killed', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('shop')] }))
    const pid = (await proxy().running?.())?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readProcessStat(pid))?.isDefunct ?? true).toBe(true)
    expect(await proxy().serves?.('shop', 'r000001-1f3a9c2e')).toBe(false)
    const isAnswered = await ask().then(
      ({ body }) => body.includes('shop'),
      () => false,
    )
    expect(await proxy().leftAnswering?.(), 'it says what its clients see').toBe(isAnswered)
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'shop' })
    expect(JSON.parse((await ask({ host: 'other.example' })).body)).toMatchObject({ name: 'other' })
  })

  test('serves what it served when it dies while it is told of another route', async () => {
    const { proxy, route, ask, host } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('shop')] }))
    const pid = (await proxy().running?.())?.pid ?? 0
    const other = await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] })
    const failure = failureOf(() => proxy().apply(other))
    // There while clients are told to come again, which is before the program is told anything.
    await expect.poll(() => existsSync(join(host.home, `proxy-${proxy().name}/parting`)), { interval: 5, timeout: 10_000 }).toBe(true)
    process.kill(pid, 'SIGKILL')
    expect(await failure).toMatchObject(actionable(/^deploy\.proxy\./))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'shop' })
    await proxy().apply(other)
    expect(JSON.parse((await ask({ host: 'other.example' })).body)).toMatchObject({ name: 'other' })
  })

  test('refuses values that are no names, prefixes or addresses, and what served goes on', async () => {
    const { proxy, route, ask } = await stage()
    const upstreams = [await startUpstream('good')]
    await proxy().apply(await route({ upstreams }))
    const inject = 'a.com;\n location /x { alias /etc/; }'
    const changes = [
      ...[inject, '*.example.com', '{env.HOME}', '$host'].map((host) => ({ hosts: [host] })),
      ...['/a', `/${inject}/`, '/{env.HOME}/', '/$uri/'].map((prefix) => ({ staticPaths: { [prefix]: '/etc' } })),
      ...[inject, 'r1"; } ', '../{env.HOME}'].map((release) => ({ release })),
      { upstreams: [{ address: '127.0.0.1/{env.HOME}', port: 80 }] },
      { appName: 'x;' },
      { appName: 'other', hosts: ['SHOP.example'] },
    ]
    for (const change of changes) {
      const refusal = await failureOf(async () => proxy().apply(await route({ upstreams, ...change })))
      expect(refusal, `for ${JSON.stringify(change)}`).toMatchObject(actionable(/^(deploy\.proxy|config)\./))
    }
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'good' })
    expect(await proxy().serves?.('shop', 'r000001-1f3a9c2e')).toBe(true)
  })
}
