/** What a proxy answers with files by itself. */
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHop3Error } from '@hop3/core'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { writeFiles } from './files.ts'
import type { StageProxy } from './proxy-stage.ts'
import { serveHttp } from './upstream.ts'

export function registerSiteTests(stage: StageProxy): void {
  test('publishes pages, directories and its 404, and nothing that is hidden', async () => {
    const { proxy, route, ask, host } = await stage()
    const name = `hostile "$x'; {} é\n`
    const pages = {
      'index.html': 'home',
      'about.html': 'about',
      'deep/index.html': 'deep',
      '404.html': 'gone',
      'app.3f9a1c0b.js': 'js',
      'posts/3f2a9c1b.html': 'post',
    }
    const hidden = { '.env': 'secret', '.well-known/x': 'known', '.well-known/.env': 'secret', 'a/.git/config': 'secret' }
    for (const [path, text] of Object.entries({ ...pages, ...hidden })) await writeFiles(host.directory, { [`${name}/${path}`]: text })
    await proxy().apply(await route({ protocol: 'static', upstreams: [{ address: join(host.directory, name), port: null }] }))
    const plain = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
    expect(await ask()).toMatchObject({ status: 200, body: 'home', headers: plain })
    expect(await ask({ path: '/about' })).toMatchObject({ status: 200, body: 'about' })
    const moved = await ask({ path: '/deep' })
    expect([301, 308]).toContain(moved.status)
    expect(moved.headers.location).toBe('/deep/')
    expect(await ask({ path: '/deep/' })).toMatchObject({ status: 200, body: 'deep' })
    expect(await ask({ path: '/nothing' })).toMatchObject({ status: 404, body: 'gone' })
    expect(await ask({ path: '/.well-known/x' })).toMatchObject({ status: 200, body: 'known' })
    expect((await ask({ path: '/app.3f9a1c0b.js' })).headers['cache-control']).toContain('immutable')
    for (const path of ['/posts/3f2a9c1b.html', '/posts/3f2a9c1b'])
      expect(await ask({ path })).toMatchObject({ status: 200, body: 'post', headers: { 'cache-control': 'no-cache' } })
    for (const path of ['/.env', '/%2eenv', '/a/.git/config', '/.well-known/.env', '/.wellknown', '/a/', '/deep/%2e%2e/.env', '//.env']) {
      const { status, body } = await ask({ path })
      expect([path, body.includes('secret'), status]).toEqual([path, false, 404])
    }
    expect((await ask({ method: 'POST', body: 'x' })).status).toBe(405)
  })

  test('sends a compressed file that lies beside, and compresses what has none', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'site/app.js': 'plain', 'site/long.css': 'h1 { color: red }\n'.repeat(500) })
    await writeFile(join(host.directory, 'site/app.js.gz'), gzipSync('zipped'))
    await proxy().apply(await route({ protocol: 'static', upstreams: [{ address: join(host.directory, 'site'), port: null }] }))
    const headers = { 'accept-encoding': 'gzip' }
    expect((await ask({ path: '/app.js', headers })).headers['content-encoding']).toBe('gzip')
    expect((await ask({ path: '/app.js' })).body).toBe('plain')
    const { headers: long } = await ask({ path: '/long.css', headers })
    expect(long['content-type']).toContain('text/css')
    expect([undefined, 'gzip']).toContain(long['content-encoding'])
  })

  test('does not follow a link that leads out of the directory', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'outside.txt': 'secret', 'site/index.html': 'home' })
    const site = await route({ protocol: 'static', upstreams: [{ address: join(host.directory, 'site'), port: null }] })
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'] }))
    await symlink('../outside.txt', join(host.directory, 'site/link.txt'))
    const applied = await proxy()
      .apply(site)
      .catch((error: unknown) => error)
    const link = await ask({ path: '/link.txt' })
    // Refused as a whole, or hidden.
    const { code, message } = applied instanceof Error ? toHop3Error(applied, 'apply') : { code: 'hidden', message: 'link.txt' }
    expect(['deploy.proxy.route', 'hidden']).toContain(code)
    expect(message).toContain('link.txt')
    expect([link.status, link.body.includes('secret')]).toEqual([404, false])
  })

  test('answers a page that is not there with the index of a single-page site, and a file not', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'site/index.html': 'app' })
    await proxy().apply(await route({ protocol: 'static', spa: true, upstreams: [{ address: join(host.directory, 'site'), port: null }] }))
    expect(await ask({ path: '/orders/7', headers: { accept: 'text/html' } })).toMatchObject({ status: 200, body: 'app' })
    expect((await ask({ path: '/missing.js', headers: { accept: '*/*' } })).status).toBe(404)
  })

  test('serves static paths at a prefix and at the top, and the rest is the app’s', async () => {
    const { proxy, route, ask, host } = await stage()
    await writeFiles(host.directory, { 'a/x.css': 'css', 'a/.env': 'secret', 'top/robots.txt': 'robots', 'top/.env': 'secret' })
    const { upstream } = await serveHttp((incoming, response) => response.end(`app ${incoming.method} ${incoming.url}`))
    const staticPaths = { '/assets/': join(host.directory, 'a'), '/': join(host.directory, 'top') }
    await proxy().apply(await route({ staticPaths, upstreams: [upstream] }))
    expect(await ask({ path: '/assets/x.css' })).toMatchObject({ status: 200, body: 'css' })
    for (const path of ['/assets/.env', '/assets/none']) expect([path, (await ask({ path })).status]).toEqual([path, 404])
    expect((await ask({ path: '/assets../a/x.css' })).body).toContain('app GET')
    expect((await ask({ path: '/robots.txt' })).body).toBe('robots')
    expect((await ask()).body).toBe('app GET /')
    expect((await ask({ path: '/.env' })).body).toBe('app GET /.env')
    expect((await ask({ path: '/form', method: 'POST' })).body).toBe('app POST /form')
  })
}
