import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isHop3Error } from '@hop3/core'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { quoted } from '../src/config-words.ts'
import { isSkipped, need } from './programs.ts'
import { ask, stage, upstream } from './stage.ts'

const hostile = [
  '"',
  "'",
  '\\',
  ';',
  '{',
  '}',
  '#',
  ' ',
  '\n',
  '\r',
  '\t',
  '\0',
  '$',
  '${a}',
  '*',
  '[',
  '?',
  '\\n',
  '\\"',
  'é',
  '😀',
  '\u2028',
  'alias /etc/',
  '%',
  '`',
  '../',
]
const texts = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ minLength: 1, maxLength: 6, unit: 'binary' })), { minLength: 1, maxLength: 12 })
  .map((parts) => Buffer.from(parts.join('')).toString())

describe.skipIf(isSkipped)(`hostile values${need}`, { timeout: 60_000 }, () => {
  test('a text reaches nginx byte for byte or is refused', async () => {
    const { context, host } = await stage()
    const { port } = context.listen
    const taken: string[] = []
    const values: string[] = []
    let refused = 0
    const wordOf = (text: string): string | undefined => {
      try {
        return quoted(text, 'the value')
      } catch (error) {
        if (isHop3Error(error) && error.code === 'deploy.proxy.route') return undefined
        throw error
      }
    }
    for (const text of fc.sample(texts, 4000)) {
      const word = wordOf(text)
      if (word === undefined) refused += 1
      else {
        taken.push(word)
        values.push(text)
      }
    }
    expect(refused).toBeGreaterThan(100)
    expect(taken.length).toBeGreaterThan(500)
    const at = (name: string): string => join(host.directory, name)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at(name)};`).join(' ')
    const locations = taken.map((word, index) => `location = /${index} { return 200 ${word}; }`).join('\n')
    await writeFile(
      at('nginx.conf'),
      `pid ${at('pid')}; events {} http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${locations} } }`,
    )
    const nginx = (...more: string[]): void =>
      void execFileSync('nginx', ['-p', host.directory, '-e', at('err'), '-c', at('nginx.conf'), ...more], {
        env: { PATH: `${host.toolEnv['PATH']}:/usr/sbin` },
        stdio: 'pipe',
        cwd: host.directory,
      })
    nginx()
    onTestFinished(() => nginx('-s', 'stop'))
    for (const [index, text] of values.entries()) {
      expect(Buffer.from((await ask(port, `/${index}`)).body, 'latin1').toString()).toBe(text)
    }
  })
  test('hosts, prefixes, releases and addresses that are none are refused, and what served goes on', async () => {
    const { proxy, route, context } = await stage()
    const good = await upstream((_request, response) => response.end('good'))
    await proxy.apply(await route({ upstreams: [good] }))
    const inject = 'a.com;\n location /x { alias /etc/; }'
    const changes = [
      { hosts: [inject] },
      { hosts: ['*.example.com'] },
      { staticPaths: { '/a': '/etc' } },
      { staticPaths: { [`/${inject}/`]: '/etc' } },
      { release: inject },
      { release: 'r1"; } ' },
      { upstreams: [{ address: `/run/x$y${inject}`, port: null }] },
      { appName: 'x;' },
    ]
    for (const change of changes)
      await expect(proxy.apply(await route({ upstreams: [good], ...change }))).rejects.toMatchObject({
        code: expect.stringMatching(/^(deploy\.proxy\.|config\.)/),
      })
    expect((await ask(context.listen.port)).body).toBe('good')
    expect(await proxy.serves?.('shop', 'r000001-1f3a9c2e')).toBe(true)
  })

  test('what a client says of where it comes from is not believed', async () => {
    const { proxy, route, context } = await stage()
    await proxy.apply(await route({ upstreams: [await upstream((request, response) => response.end(JSON.stringify(request.headers)))] }))
    const forged = {
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      proxy: 'http://evil',
      'x-forwarded-proto': 'https',
    }
    const seen: unknown = JSON.parse((await ask(context.listen.port, '/', { ...forged, host: `shop.example:${context.listen.port}` })).body)
    expect(JSON.stringify(seen)).not.toMatch(/6\.6\.6\.6|evil/)
    expect(seen).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      forwarded: `for=127.0.0.1;host="shop.example:${context.listen.port}";proto=http`,
    })
  })

  test('an app that speaks uwsgi gets its variables', async () => {
    const { proxy, route, context } = await stage()
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        const path = data.toString('latin1').includes('PATH_INFO\u0006\0/where') ? 'found' : 'not found'
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${path}`)
      })
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await proxy.apply(await route({ protocol: 'uwsgi', upstreams: [{ address: '127.0.0.1', port }] }))
    expect(await ask(context.listen.port, '/where')).toMatchObject({ status: 200, body: 'found' })
  })

  test('no instance, and one that refuses, are said in one plain line', async () => {
    const { proxy, route, context } = await stage()
    const gone = await upstream((request) => request.socket.destroy())
    await proxy.apply(await route({ upstreams: [gone] }))
    expect(await ask(context.listen.port)).toMatchObject({ status: 502, body: expect.stringMatching(/^502 Bad Gateway: [^<]*\n$/) })
    await proxy.apply(await route())
    expect(await ask(context.listen.port)).toMatchObject({ status: 503, body: expect.stringMatching(/^503 Service Unavailable: [^<]*\n$/) })
  })
})
