import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { isSkipped, need } from './programs.ts'
import { ask, stage, upstream } from './stage.ts'

async function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

describe.skipIf(isSkipped)(`files${need}`, { timeout: 60_000 }, () => {
  test('a site: pages, directories, its 404, and nothing that is hidden or outside', async () => {
    const { proxy, route, context, host } = await stage()
    const root = join(host.directory, `hostile "$x'; {} é\n`)
    await write(root, {
      'index.html': 'home',
      'about.html': 'about',
      'deep/index.html': 'deep',
      '404.html': 'gone',
      '.env': 'secret',
      '.well-known/x': 'known',
    })
    await write(root, {
      'app.3f9a1c0b.js': 'js',
      '.well-known/.env': 'secret',
      'a/.git/config': 'secret',
      'app.js': 'plain',
      'app.js.gz': gzipSync('zipped'),
    })
    await proxy.apply(await route({ protocol: 'static', upstreams: [{ address: root, port: null }] }))
    const get = (path: string, headers = {}) => ask(context.listen.port, path, headers)
    expect(await get('/')).toMatchObject({
      status: 200,
      body: 'home',
      headers: { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
    })
    expect(await get('/about')).toMatchObject({ status: 200, body: 'about' })
    expect(await get('/deep')).toMatchObject({ status: 308, headers: { location: '/deep/' } })
    expect(await get('/deep/')).toMatchObject({ status: 200, body: 'deep' })
    expect(await get('/nothing')).toMatchObject({ status: 404, body: 'gone' })
    expect(await get('/.well-known/x')).toMatchObject({ status: 200, body: 'known' })
    expect((await get('/app.3f9a1c0b.js')).headers['cache-control']).toContain('immutable')
    expect((await get('/app.js', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip')
    for (const path of ['/.env', '/%2eenv', '/a/.git/config', '/.well-known/.env', '/.wellknown', '/a/', '/deep/%2e%2e/.env', '//.env']) {
      const answer = await get(path)
      expect([path, answer.body.includes('secret'), answer.status]).toEqual([path, false, 404])
    }
    expect((await ask(context.listen.port, '/', {}, 'POST', 'x')).status).toBe(405)
  })

  test('a directory with a link that leads out of it is refused', async () => {
    const { proxy, route, host } = await stage()
    await write(host.directory, { 'outside.txt': 'secret', 'site/index.html': 'home' })
    await symlink('../outside.txt', join(host.directory, 'site/link.txt'))
    const refused = proxy.apply(await route({ protocol: 'static', upstreams: [{ address: join(host.directory, 'site'), port: null }] }))
    await expect(refused).rejects.toMatchObject({ code: 'deploy.proxy.route', message: expect.stringContaining('link.txt') })
  })

  test('a single-page site: pages that are not there are its index, files are not', async () => {
    const { proxy, route, context, host } = await stage()
    const root = join(host.directory, 'site')
    await write(root, { 'index.html': 'app' })
    await proxy.apply(await route({ protocol: 'static', spa: true, upstreams: [{ address: root, port: null }] }))
    expect(await ask(context.listen.port, '/orders/7', { accept: 'text/html' })).toMatchObject({ status: 200, body: 'app' })
    expect((await ask(context.listen.port, '/missing.js', { accept: '*/*' })).status).toBe(404)
  })

  test('static paths of an app, at a prefix and at the top', async () => {
    const { proxy, route, context, host } = await stage()
    await write(host.directory, { 'a/x.css': 'css', 'a/.env': 'secret', 'top/robots.txt': 'robots', 'top/.env': 'secret' })
    const staticPaths = { '/assets/': join(host.directory, 'a'), '/': join(host.directory, 'top') }
    await proxy.apply(
      await route({
        staticPaths,
        upstreams: [await upstream((request, response) => response.end(`app ${request.method} ${request.url}`))],
      }),
    )
    const get = async (path: string, method = 'GET'): Promise<string> => (await ask(context.listen.port, path, {}, method)).body
    expect(await get('/assets/x.css')).toBe('css')
    expect((await ask(context.listen.port, '/assets/.env')).status).toBe(404)
    expect((await ask(context.listen.port, '/assets/none')).status).toBe(404)
    expect((await ask(context.listen.port, '/assets../a/x.css')).body).toContain('app GET')
    expect(await get('/robots.txt')).toBe('robots')
    expect(await get('/')).toBe('app GET /')
    expect(await get('/.env')).toBe('app GET /.env')
    expect(await get('/form', 'POST')).toBe('app POST /form')
  })
})
