/** What a route does once it is live. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFiles } from './files.ts'
import { processesWith } from './processes.ts'
import type { StageProxy } from './proxy-stage.ts'
import { startUpstream } from './upstream.ts'

export function registerRouteTests(stage: StageProxy): void {
  test('answers by host name, on the port of the app and at the URL it resolves to', async () => {
    const { proxy, route, ask } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')] })
    const url = new URL(await proxy().apply(made))
    expect(JSON.parse((await ask({ path: '/a/b?c=d%20e' })).body)).toMatchObject({ name: 'one', method: 'GET', url: '/a/b?c=d%20e' })
    expect(JSON.parse((await ask({ port: made.port })).body)).toMatchObject({ name: 'one' })
    expect(url.protocol).toMatch(/^https?:$/)
    const atUrl = await ask({ port: Number(url.port || 80), host: url.host, path: url.pathname })
    expect(JSON.parse(atUrl.body)).toMatchObject({ name: 'one' })
  })

  test('passes method and body on', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    const body = 'é'.repeat(100_000)
    expect(JSON.parse((await ask({ method: 'POST', body })).body)).toMatchObject({ method: 'POST', body })
  })

  test('sends requests to every instance', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('one'), await startUpstream('two')] }))
    const bodies = await Promise.all(Array.from({ length: 40 }, async () => (await ask()).body))
    expect(bodies.filter((body) => body.includes('"one"'))).not.toEqual([])
    expect(bodies.filter((body) => body.includes('"two"'))).not.toEqual([])
  })

  test('reaches an instance on a unix socket', async () => {
    const { proxy, route, ask, host } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('socket', join(host.runDirectory, 'web.1.sock'))] }))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'socket' })
  })

  test('publishes a directory, and nothing outside it', async () => {
    const { proxy, route, ask, host } = await stage()
    const site = join(host.directory, 'site')
    await writeFiles(host.directory, { 'site/index.html': '<h1>hello</h1>', 'site/deep/page.html': 'deep', 'secret.txt': 'secret' })
    await proxy().apply(await route({ protocol: 'static', upstreams: [{ address: site, port: null }] }))
    expect(await ask()).toMatchObject({ status: 200, body: '<h1>hello</h1>' })
    expect(await ask({ path: '/deep/page.html' })).toMatchObject({ status: 200, body: 'deep' })
    expect((await ask({ path: '/missing' })).status).toBe(404)
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/deep/..%2f..%2fsecret.txt']) {
      const { body } = await ask({ path })
      expect(body, `the answer to ${path}`).not.toContain('secret')
    }
  })

  test('answers unknown paths of a single-page site with its index.html', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'site/index.html': 'the app' })
    await proxy().apply(await route({ protocol: 'static', spa: true, upstreams: [{ address: join(host.directory, 'site'), port: null }] }))
    expect(await ask({ path: '/orders/7' })).toMatchObject({ status: 200, body: 'the app' })
  })

  test('serves static paths itself and leaves the rest to the instances', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'assets/app.css': 'h1 {}' })
    const staticPaths = { '/assets/': `${join(host.directory, 'assets')}/` }
    await proxy().apply(await route({ staticPaths, upstreams: [await startUpstream('one')] }))
    expect(await ask({ path: '/assets/app.css' })).toMatchObject({ status: 200, body: 'h1 {}' })
    expect(JSON.parse((await ask({ path: '/other' })).body)).toMatchObject({ name: 'one' })
  })

  test('keeps apps apart, and removing one leaves the other', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('shop')] }))
    await proxy().apply(await route({ appName: 'shop2', hosts: ['two.example'], upstreams: [await startUpstream('shop2')] }))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'shop' })
    expect(JSON.parse((await ask({ host: 'two.example' })).body)).toMatchObject({ name: 'shop2' })
    await proxy().remove('shop')
    expect(JSON.parse((await ask({ host: 'two.example' })).body)).toMatchObject({ name: 'shop2' })
    expect((await ask()).body, 'a removed app does not answer, nor does another in its place').not.toContain('shop')
  })

  test('removes several at once, and leaves the others', async () => {
    const { proxy, route, ask } = await stage()
    const names = ['shop', 'two', 'three']
    for (const name of names)
      await proxy().apply(await route({ appName: name, hosts: [`${name}.example`], upstreams: [await startUpstream(name)] }))
    await proxy().removeAll?.(['shop', 'absent', 'three'])
    if (proxy().removeAll === undefined) for (const name of ['shop', 'absent', 'three']) await proxy().remove(name)
    expect(JSON.parse((await ask({ host: 'two.example' })).body)).toMatchObject({ name: 'two' })
    for (const name of ['shop', 'three']) expect((await ask({ host: `${name}.example` })).body).not.toContain(`"${name}"`)
    for (const name of names) expect((await proxy().serves?.(name, 'r000001-1f3a9c2e')) ?? name === 'two').toBe(name === 'two')
  })

  test('removes what is not there, twice', async () => {
    const { proxy, route } = await stage()
    await proxy().remove('shop')
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    await proxy().remove('shop')
    await proxy().remove('shop')
    expect(await proxy().serves?.('shop', 'r000001-1f3a9c2e')).not.toBe(true)
  })

  test('leaves no process after stop, and stopping again succeeds', async () => {
    const { proxy, route, host } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    await proxy().remove('shop')
    await proxy().stop?.()
    await proxy().stop?.()
    expect(await processesWith(host.directory)).toEqual([])
  })
}
