/** An app in maintenance: everybody gets its page, and nobody the app. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askingAlong } from './asking-along.ts'
import { writeFiles } from './files.ts'
import { startEcho } from './proxy-exchanges.ts'
import type { StageProxy } from './proxy-stage.ts'
import { openRaw, upgradeRequest } from './raw-connection.ts'
import { startUpstream } from './upstream.ts'

/** Whatever a proxy may take for more than text. */
const page = `<h1>Back soon</h1>\0\r\n"'\\;} { $uri \${a} {env.HOME} {http.request.uri} {{now}} %s <!--#echo var="uri" --> é😀\u2028`

export function registerMaintenanceTests(stage: StageProxy): void {
  test('answers every request with 503 and the page while it is there, byte for byte, and then as before', async () => {
    const { proxy, route, ask, host, context } = await stage()
    await writeFiles(host.directory, { 'assets/app.css': 'h1 {}' })
    const made = await route({ upstreams: [await startUpstream('one')], staticPaths: { '/assets/': join(host.directory, 'assets') } })
    const other = await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] })
    await proxy().apply(made)
    await proxy().apply(other)
    const url = await proxy().apply({ ...made, maintenance: page })
    const partly = {
      range: 'bytes=0-3',
      'if-none-match': '*',
      'if-modified-since': new Date().toUTCString(),
      'accept-encoding': 'gzip, zstd, br',
    }
    const targets = [
      {},
      { port: made.port },
      { path: '/assets/app.css' },
      { path: '/page.html' },
      { path: '/page.html/?a=b' },
      { path: '//maintenance' },
      { path: '/%2Fmaintenance' },
      { path: '/.env' },
      { method: 'POST', body: 'é'.repeat(100_000) },
      { method: 'DELETE' },
      { method: 'OPTIONS' },
      { headers: { accept: 'application/json' } },
      { headers: partly },
    ]
    for (const target of targets) {
      const { status, headers, body } = await ask(target)
      expect({ target, status, body }).toEqual({ target, status: 503, body: page })
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'retry-after': '120', 'cache-control': 'no-store' })
    }
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 503, body: '', headers: { 'retry-after': '120' } })
    await expect.poll(openRaw(context.listen.port, upgradeRequest).seen).toMatch(/^HTTP\/1\.1 503 /)
    expect(JSON.parse((await ask({ host: 'other.example' })).body)).toMatchObject({ name: 'other' })
    expect(await proxy().serves?.('shop', made.release)).not.toBe(false)

    expect(await proxy().apply(made)).toBe(url)
    expect(JSON.parse((await ask({ path: '//maintenance' })).body)).toMatchObject({ name: 'one' })
    expect(JSON.parse((await ask({ method: 'POST', body: 'é' })).body)).toMatchObject({ method: 'POST', body: 'é' })
    expect(await ask({ path: '/assets/app.css' })).toMatchObject({ status: 200, body: 'h1 {}' })
  })

  test('shows another page, and that of a site, of an app without instances and of one whose instances are dead', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'site/index.html': 'home', 'site/404.html': 'gone', 'site/.env': 'secret' })
    const site = await route({ protocol: 'static', upstreams: [{ address: join(host.directory, 'site'), port: null }] })
    const dead = [{ address: '127.0.0.1', port: await host.reservePort('dead') }]
    const closed = [
      { ...site, maintenance: page },
      { ...site, maintenance: 'another' },
      { ...site, spa: true, maintenance: page },
    ]
    for (const one of [...closed, await route({ maintenance: page }), await route({ upstreams: dead, maintenance: 'dead' })]) {
      await proxy().apply(one)
      for (const path of ['/', '/missing', '/.env', '/index.html'])
        expect({ path, answer: await ask({ path, headers: { accept: 'text/html' } }) }).toMatchObject({
          path,
          answer: { status: 503, body: one.maintenance },
        })
    }
    await proxy().apply(site)
    expect(await ask()).toMatchObject({ status: 200, body: 'home' })
    expect(await ask({ path: '/missing' })).toMatchObject({ status: 404, body: 'gone' })
  })

  test('keeps the page when it is started again, when another app comes, and at a new release', async () => {
    const { proxy, route, ask } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')], maintenance: page })
    await proxy().apply(made)
    expect(await proxy().routes?.()).toEqual(proxy().routes && [made])
    await proxy().stop?.()
    const other = await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] })
    await proxy().apply(other)
    expect(await ask()).toMatchObject({ status: 503, body: page })
    await proxy().apply({ ...made, release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('two')] })
    expect(await ask()).toMatchObject({ status: 503, body: page })
    await proxy().remove('shop')
    expect((await ask()).status).toBe(404)
  })

  test('shows nobody anything but the app or a 503 while it is turned on and off', async () => {
    const { proxy, route, ask } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')] })
    await proxy().apply(made)
    const { failures } = await askingAlong(ask, async () => {
      for (let turn = 0; turn < 10; turn++) {
        await proxy().apply({ ...made, maintenance: page })
        expect(await ask()).toMatchObject({ status: 503, body: page })
        await proxy().apply(made)
        expect((await ask()).status).toBe(200)
      }
    })
    // A proxy may say it in a plain line of its own to who comes in the very moment.
    expect(failures.filter((one) => !one.startsWith(`503 ${page}`) && !/^503 503 Service Unavailable: [^<\n]*\n/.test(one))).toEqual([])
  })

  test('lets a request and a WebSocket that are under way go on', async () => {
    const { proxy, route, ask, context } = await stage()
    const { upstream, arrived, answer } = await startEcho('one')
    const made = await route({ upstreams: [upstream] })
    await proxy().apply(made)
    const { socket, seen } = openRaw(context.listen.port, upgradeRequest)
    await expect.poll(seen).toContain('101 Switching')
    const slow = ask()
    await arrived
    await proxy().apply({ ...made, maintenance: page })
    expect((await ask()).status).toBe(503)
    answer()
    expect((await slow).body).toBe('one')
    socket.write('still there?')
    await expect.poll(seen).toContain('one: still there?')
  })
}
