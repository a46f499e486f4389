import { execFileSync } from 'node:child_process'
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Route } from '@hop3/core'
import {
  bodyOf,
  exchange,
  get,
  headerOf,
  startProxy,
  startUpstream,
  statusOf,
  temporaryDirectory,
  to,
  writeTree,
  type TestProxy,
} from './harness.ts'

let base: string
let root: string

beforeEach(async () => {
  base = await temporaryDirectory()
  root = join(base, 'site')
  await writeTree(base, {
    'secret.txt': 'secret',
    'site/index.html': '<h1>home</h1>',
    'site/about.html': 'about',
    'site/docs/index.html': 'docs',
    'site/empty/.keep': '',
    'site/with space/ä.txt': 'umlaut',
    'site/app.js': 'console.log(1)',
    'site/app.js.br': brotliCompressSync('console.log(1)'),
    'site/app.js.gz': gzipSync('console.log(1)'),
    'site/style.1f3a9c2e.css': 'a{}',
    'site/report-20240101.pdf': 'pdf',
    'site/digits.txt': '0123456789',
    'site/large.bin': Buffer.alloc(300_000, 'x'),
    'site/zero.txt': '',
    'site/.env': 'SECRET=1',
    'site/.git/config': 'secret',
    'site/.well-known/acme': 'token',
    'site/.well-known/.hidden': 'secret',
  })
})

async function startSite(
  change: Partial<Route> = {},
): Promise<(path: string, headers?: string[], method?: string) => ReturnType<typeof exchange>> {
  const proxy: TestProxy = await startProxy({ protocol: 'static', upstreams: [{ address: root, port: null }], ...change })
  return (path, headers = [], method = 'GET') => exchange(proxy.port, get(path, headers, method))
}

describe('a site', () => {
  it('serves files with their type, directories by index.html, and pages without their extension', async () => {
    const ask = await startSite()
    for (const [path, type, body] of [
      ['/', 'text/html; charset=utf-8', '<h1>home</h1>'],
      ['/?a=b', 'text/html; charset=utf-8', '<h1>home</h1>'],
      ['/docs/', 'text/html; charset=utf-8', 'docs'],
      ['/about', 'text/html; charset=utf-8', 'about'],
      ['/with%20space/%C3%A4.txt', 'text/plain; charset=utf-8', 'umlaut'],
      ['/app.js', 'text/javascript; charset=utf-8', 'console.log(1)'],
      ['/.well-known/acme', 'application/octet-stream', 'token'],
      ['/zero.txt', 'text/plain; charset=utf-8', ''],
    ] as const) {
      const answer = await ask(path)
      expect([path, statusOf(answer), headerOf(answer, 'Content-Type'), bodyOf(answer)]).toEqual([path, 200, type, body])
    }
    const moved = await ask('/docs?x=1')
    expect([statusOf(moved), headerOf(moved, 'Location')]).toEqual([301, '/docs/?x=1'])
    expect(headerOf(await ask('//docs'), 'Location')).toBe('/docs/')
    expect(statusOf(await ask('/empty/'))).toBe(404)
    expect(bodyOf(await ask('/large.bin')).length).toBe(300_000)
    expect(bodyOf(await ask('/app.js', [], 'HEAD'))).toBe('')
  })

  it('gives nothing that is hidden, outside, or no file', async () => {
    await symlink('../secret.txt', join(root, 'leak.txt'))
    await symlink('..', join(root, 'up'))
    await symlink('.env', join(root, 'env.txt'))
    await symlink('index.html', join(root, 'alias.html'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    const ask = await startSite()
    const paths = [
      '/.env',
      '/.git/config',
      '/%2eenv',
      '/.well-known/.hidden',
      '/.well-known/../.env',
      '/docs/.well-known/x',
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
    ]
    paths.push(
      '/docs/..%5c..%5csecret.txt',
      '/docs\\..\\..\\secret.txt',
      '/leak.txt',
      '/up/secret.txt',
      '/env.txt',
      '/pipe',
      '/index.html%00.txt',
      '/docs/%2e%2e/%2e%2e/secret.txt',
    )
    for (const path of paths) {
      const answer = await ask(path)
      expect([path, [400, 404].includes(statusOf(answer))]).toEqual([path, true])
      expect(answer.text.toLowerCase()).not.toContain('secret')
    }
    expect(statusOf(await ask('/%zz'))).toBe(400)
    expect(bodyOf(await ask('/alias.html'))).toBe('<h1>home</h1>')
  })

  it('sends the stored compressed form to those who take it', async () => {
    const ask = await startSite()
    for (const [accept, coding] of [
      ['br, gzip', 'br'],
      ['gzip, deflate', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['gzip;q=1, br;q=0.5', 'gzip'],
      ['*', 'br'],
      ['identity', undefined],
      ['br;q=0, gzip;q=0', undefined],
    ] as const) {
      const answer = await ask('/app.js', [`Accept-Encoding: ${accept}`])
      expect([accept, headerOf(answer, 'Content-Encoding'), headerOf(answer, 'Vary'), headerOf(answer, 'Content-Type')]).toEqual([
        accept,
        coding,
        'Accept-Encoding',
        'text/javascript; charset=utf-8',
      ])
    }
    const etags = await Promise.all(
      ['br', 'gzip', 'identity'].map(async (coding) => headerOf(await ask('/app.js', [`Accept-Encoding: ${coding}`]), 'ETag')),
    )
    expect(new Set(etags).size).toBe(3)
  })

  it('keeps hashed names for good and has the rest asked for again', async () => {
    const ask = await startSite()
    expect(headerOf(await ask('/style.1f3a9c2e.css'), 'Cache-Control')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/', '/app.js', '/report-20240101.pdf']) expect(headerOf(await ask(path), 'Cache-Control')).toBe('no-cache')
  })

  it('answers 304 to those who have it', async () => {
    await utimes(join(root, 'app.js'), 1_700_000_000, 1_700_000_000)
    const ask = await startSite()
    const first = await ask('/app.js')
    const etag = headerOf(first, 'ETag') ?? ''
    const modified = headerOf(first, 'Last-Modified') ?? ''
    expect(modified).toBe('Tue, 14 Nov 2023 22:13:20 GMT')
    for (const headers of [
      [`If-None-Match: ${etag}`],
      [`If-None-Match: "x", W/${etag}`],
      ['If-None-Match: *'],
      [`If-Modified-Since: ${modified}`],
    ]) {
      const answer = await ask('/app.js', headers)
      expect([headers, statusOf(answer), bodyOf(answer), headerOf(answer, 'ETag')]).toEqual([headers, 304, '', etag])
    }
    for (const headers of [
      ['If-None-Match: "x"', `If-Modified-Since: ${modified}`],
      ['If-Modified-Since: Mon, 13 Nov 2023 00:00:00 GMT'],
    ]) {
      expect(statusOf(await ask('/app.js', headers))).toBe(200)
    }
  })

  it('answers ranges', async () => {
    const ask = await startSite()
    for (const [range, status, body, contentRange] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=4-2', 200, '0123456789', undefined],
      ['bytes=0-1,3-4', 200, '0123456789', undefined],
      ['lines=1-2', 200, '0123456789', undefined],
    ] as const) {
      const answer = await ask('/digits.txt', [`Range: ${range}`])
      expect([range, statusOf(answer), bodyOf(answer), headerOf(answer, 'Content-Range')]).toEqual([range, status, body, contentRange])
    }
    expect(bodyOf(await ask('/large.bin', ['Range: bytes=100000-100009']))).toBe('xxxxxxxxxx')
    expect(statusOf(await ask('/digits.txt', ['Range: bytes=0-1', 'If-Range: "other"']))).toBe(200)
  })

  it('answers other methods with 405', async () => {
    const ask = await startSite()
    const answer = await ask('/app.js', ['Content-Length: 0'], 'POST')
    expect([statusOf(answer), headerOf(answer, 'Allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('has its own page for what is missing', async () => {
    await writeTree(root, { '404.html': 'lost?' })
    const answer = await (await startSite())('/nowhere')
    expect([statusOf(answer), bodyOf(answer), headerOf(answer, 'ETag')]).toEqual([404, 'lost?', undefined])
  })

  it('of one page answers with it where a page is asked for, and nowhere else', async () => {
    const ask = await startSite({ spa: true })
    const page = ['Accept: text/html,*/*']
    const answer = await ask('/orders/7', page)
    expect([statusOf(answer), bodyOf(answer), headerOf(answer, 'Cache-Control')]).toEqual([200, '<h1>home</h1>', 'no-cache'])
    expect(statusOf(await ask('/orders/7', ['Accept: */*']))).toBe(200)
    expect(statusOf(await ask('/missing.js', ['Accept: */*']))).toBe(404)
    expect(statusOf(await ask('/data', ['Accept: application/json']))).toBe(404)
    expect(statusOf(await ask('/.env', page))).toBe(404)
    expect(statusOf(await ask('/orders/7', page, 'POST'))).toBe(405)
  })

  it('shows new content of a file within about a second, and what is gone is gone', async () => {
    const ask = await startSite()
    await ask('/digits.txt')
    await rm(join(root, 'digits.txt'))
    await new Promise((resolve) => void setTimeout(resolve, 1_100))
    expect(statusOf(await ask('/digits.txt'))).toBe(404)
  })
})

describe('a file that is replaced after it was found', () => {
  const replace = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeTree(base, { 'site/.new': content })
    await rename(join(root, '.new'), join(root, name))
  }
  const large = (character: string, size: number): Buffer => Buffer.alloc(size, character)

  it('is sent whole and as it is now, whether it was replaced or written into, with an etag of its own', async () => {
    const ask = await startSite()
    let count = 0
    for (const [before, after] of [
      [large('a', 300_000), large('b', 400_000)],
      [large('a', 400_000), large('b', 300_000)],
      [large('a', 300_000), large('b', 10)],
    ] as const) {
      for (const change of [replace, (path: string, content: Uint8Array) => writeFile(join(root, path), content)]) {
        const name = `${++count}.bin`
        await replace(name, before)
        const first = await ask(`/${name}`)
        expect(bodyOf(first) === before.toString()).toBe(true)
        await change(name, after)
        const second = await ask(`/${name}`)
        expect([statusOf(second), bodyOf(second) === after.toString()]).toEqual([200, true])
        expect(headerOf(second, 'ETag')).not.toBe(headerOf(first, 'ETag'))
      }
    }
  })

  it('is found when nothing of it has been read yet', async () => {
    const ask = await startSite()
    await ask('/digits.txt', [], 'HEAD') // looked for, not read
    await replace('digits.txt', '01234')
    const answer = await ask('/digits.txt')
    expect([statusOf(answer), bodyOf(answer)]).toEqual([200, '01234'])
  })

  it('by a link, a pipe or a directory outside is not sent, and waits for nobody', async () => {
    await writeTree(base, { 'outside/large.bin': large('s', 300_000), 'site/inner/large.bin': large('a', 300_000) })
    const ask = await startSite()
    await Promise.all([ask('/large.bin'), ask('/inner/large.bin')])
    await rm(join(root, 'large.bin'))
    await symlink('../outside/large.bin', join(root, 'large.bin'))
    await rm(join(root, 'inner'), { recursive: true })
    await symlink('../outside', join(root, 'inner'))
    for (const path of ['/large.bin', '/inner/large.bin']) expect([path, statusOf(await ask(path))]).toEqual([path, 404])
    await rm(join(root, 'large.bin'))
    await replace('large.bin', large('a', 300_000))
    await ask('/large.bin')
    await rm(join(root, 'large.bin'))
    execFileSync('mkfifo', [join(root, 'large.bin')])
    expect(statusOf(await ask('/large.bin'))).toBe(404)
  })
})

describe('static paths', () => {
  it('come before the app, and their prefix is a directory, not the beginning of a word', async () => {
    const { port } = await startUpstream((request, response) => response.end(`app ${request.url}`))
    await mkdir(join(base, 'inner'))
    await writeTree(base, { 'inner/x.txt': 'inner' })
    const proxy = await startProxy({ ...to(port), staticPaths: { '/a/': `${root}/`, '/a/b/': join(base, 'inner') } })
    const ask = (path: string): ReturnType<typeof exchange> => exchange(proxy.port, get(path))
    expect(bodyOf(await ask('/a/digits.txt'))).toBe('0123456789')
    expect(bodyOf(await ask('/%61/digits.txt'))).toBe('0123456789')
    expect(bodyOf(await ask('/a/b/x.txt'))).toBe('inner')
    for (const path of ['/a../secret.txt', '/ab', '/a', '/']) expect(bodyOf(await ask(path))).toContain(`app ${path}`)
    for (const path of ['/a/missing', '/a/../secret.txt', '/a/%2e%2e/secret.txt', '/a/.env'])
      expect([path, statusOf(await ask(path))]).toEqual([path, 404])
    expect(headerOf(await ask('/a/docs'), 'Location')).toBe('/a/docs/')
  })

  it('at the top leave to the app what they do not have', async () => {
    const { port } = await startUpstream((request, response) => response.end(`app ${request.method} ${request.url}`))
    const proxy = await startProxy({ ...to(port), staticPaths: { '/': join(root, 'docs') } })
    expect(bodyOf(await exchange(proxy.port, get('/index.html')))).toBe('docs')
    expect(bodyOf(await exchange(proxy.port, get('/other')))).toContain('app GET /other')
    expect(bodyOf(await exchange(proxy.port, get('/index.html', ['Content-Length: 0'], 'POST')))).toContain('app POST /index.html')
  })
})
