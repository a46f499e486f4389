import { createLog, createRun, systemClock, type Clock, type Proxy, type ProxyContext, type Route } from '@hop3/core'
import { isRunning } from '@hop3/core/processes'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseServerRecord } from '../src/control-protocol.ts'
import plugin from '../src/index.ts'
import { bodyOf, exchange, get, onEnd, startUpstream, statusOf, temporaryDirectory, until, type Upstream } from './harness.ts'

let home: string
let listen: { address: string; port: number }
let upstream: Upstream
let proxy: Proxy
let appPort: number

beforeEach(async () => {
  home = await temporaryDirectory()
  listen = { address: '127.0.0.1', port: await freePort() }
  appPort = await freePort()
  upstream = await startUpstream((_request, response) => response.end('app'))
  proxy = create()
  onEnd(() => proxy.stop?.())
})

function create(change: Partial<ProxyContext> = {}): Proxy {
  const factory = plugin.proxies?.[0]
  if (factory === undefined) throw new Error('the plugin has no proxy')
  return factory.create({
    directories: { home, run: join(home, 'run'), logs: join(home, 'logs') },
    listen,
    env: { PATH: process.env['PATH'] ?? '' },
    log: createLog({ sink: () => {}, clock: systemClock }),
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
    ...change,
  })
}

it('serves where it should only, and knows an app’s URL after a move', async () => {
  expect(await proxy.url?.(route())).toBeUndefined()
  const first = await proxy.apply(route())
  expect(await proxy.url?.(route())).toBe(first)
  const elsewhere = create({ listen: { address: '127.0.0.1', port: await freePort() } })
  expect([await proxy.serves?.('blog', 'r000001-00000001'), await elsewhere.serves?.('blog', 'r000001-00000001')]).toEqual([true, false])
  expect(await elsewhere.url?.(route())).toBe(first)
  const second = await elsewhere.apply(route({ appName: 'shop', port: await freePort() }))
  expect([await proxy.serves?.('blog', 'r000001-00000001'), await elsewhere.serves?.('blog', 'r000001-00000001')]).toEqual([false, true])
  expect(await proxy.url?.(route())).toBe(second.replace('shop', 'blog'))
})

/** Four times as fast: patience is over sooner. */
const fastClock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 4 }

function route(change: Partial<Route> = {}): Route {
  const upstreams = [{ address: '127.0.0.1', port: upstream.port }]
  return {
    appName: 'blog',
    release: 'r000001-00000001',
    hosts: [],
    protocol: 'http',
    upstreams,
    staticPaths: {},
    port: appPort,
    spa: false,
    ...change,
  }
}

async function serverPid(): Promise<number> {
  return parseServerRecord(await readFile(join(home, 'proxy/server.json'), 'utf8'))?.pid ?? 0
}

async function gone(pid: number): Promise<void> {
  while (await isRunning(pid)) await new Promise((resolve) => void setTimeout(resolve, 10))
}

describe('the server', () => {
  it('starts with the first route, outlives its starter and keeps nothing of it', async () => {
    expect(await proxy.apply(route())).toBe(`http://blog.localhost:${listen.port}`)
    expect(bodyOf(await exchange(listen.port, get('/')))).toBe('app')
    const pid = await serverPid()
    process.kill(pid, 'SIGHUP')
    expect(bodyOf(await exchange(appPort, get('/')))).toBe('app')
    expect(await proxy.serves?.('blog', 'r000001-00000001')).toBe(true)
    expect(await proxy.serves?.('blog', 'r000002-00000002')).toBe(false)
    if (process.platform !== 'linux') return
    expect(await readlink(`/proc/${pid}/cwd`)).toBe('/')
    expect(await Promise.all([0, 1, 2].map((stream) => readlink(`/proc/${pid}/fd/${stream}`)))).toEqual([
      '/dev/null',
      '/dev/null',
      '/dev/null',
    ])
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]).toBe(String(pid)) // a session of its own
  })

  it('brings every route back after it was killed, with the next apply', async () => {
    const other = await freePort()
    await proxy.apply(route())
    await proxy.apply(route({ appName: 'shop', port: other }))
    const pid = await serverPid()
    process.kill(pid, 'SIGKILL')
    await gone(pid)
    expect(await proxy.serves?.('blog', 'r000001-00000001')).toBe(false)
    await proxy.apply(route({ release: 'r000002-00000002' }))
    expect(await proxy.serves?.('shop', 'r000001-00000001')).toBe(true)
    expect(bodyOf(await exchange(other, get('/')))).toBe('app')
  })

  it('leaves no process, socket or record after stop, and nothing to remove is fine', async () => {
    await proxy.remove('blog')
    await proxy.apply(route())
    const pid = await serverPid()
    await proxy.stop?.()
    expect(await isRunning(pid)).toBe(false)
    expect(await readdir(join(home, 'run'))).toEqual([])
    expect((await readdir(join(home, 'proxy'))).toSorted()).toEqual(['config.json', 'routes'])
    expect((await exchange(listen.port, get('/'))).reset).toBe(true)
    await proxy.stop?.()
  })

  it('is ended and started again when it hangs', async () => {
    await proxy.apply(route())
    const pid = await serverPid()
    process.kill(pid, 'SIGSTOP')
    await create({ clock: fastClock }).apply(route({ release: 'r000002-00000002' }))
    expect(await serverPid()).not.toBe(pid)
    expect(await isRunning(pid)).toBe(false)
    expect(bodyOf(await exchange(appPort, get('/')))).toBe('app')
  }, 30_000)

  it('is left alone when it only stalls', async () => {
    await proxy.apply(route())
    const pid = await serverPid()
    process.kill(pid, 'SIGSTOP')
    const answer = exchange(appPort, get('/'))
    const applied = proxy.apply(route({ release: 'r000002-00000002' }))
    setTimeout(() => process.kill(pid, 'SIGCONT'), 3_000) // longer than one question waits for its answer
    await applied
    expect(await serverPid()).toBe(pid)
    expect(bodyOf(await answer)).toBe('app')
  }, 30_000)

  it('that nobody can talk to finishes its requests before another takes its place', async () => {
    let finish: (() => void) | undefined
    const slow = await startUpstream((_request, response) => {
      response.write('be')
      finish = () => response.end('gun')
    })
    await proxy.apply(route({ upstreams: [{ address: '127.0.0.1', port: slow.port }] }))
    const pid = await serverPid()
    const answer = exchange(appPort, get('/'))
    await until(() => finish !== undefined)
    await rm(join(home, 'run'), { recursive: true })
    const applied = create({ clock: fastClock }).apply(route({ release: 'r000002-00000002' }))
    while (!(await exchange(listen.port, 'GET / HTTP/1.1\r\nHost: none\r\nConnection: close\r\n\r\n')).reset) continue
    finish?.()
    expect((await answer).text).toMatch(/be[^]*gun/)
    await applied
    expect(await serverPid()).not.toBe(pid)
  }, 30_000)

  it('is started once and replaced once by commands that come together', async () => {
    const apps = await Promise.all(['blog', 'shop', 'wiki', 'mail'].map(async (appName) => route({ appName, port: await freePort() })))
    const applyAll = async (accessLog: boolean): Promise<string[]> => {
      const told: string[] = []
      const log = createLog({ sink: ({ text }) => void told.push(text), clock: systemClock })
      const commands = apps.map((app) => create({ log, accessLog }).apply(app))
      await Promise.all(commands)
      return told.filter((text) => /the proxy \(pid \d+\) (?:is replaced|does not answer)|the proxy runs/.test(text))
    }
    expect(await applyAll(false)).toEqual([expect.stringContaining('the proxy runs')])
    const pid = await serverPid()
    expect(await applyAll(true)).toEqual([expect.stringContaining(`(pid ${pid}) is replaced`), expect.stringContaining('the proxy runs')])
    for (const { port } of apps) expect(bodyOf(await exchange(port, get('/')))).toBe('app')
    await gone(pid)
  }, 30_000)

  it('is replaced without refusing a connection or losing a request', async () => {
    await proxy.apply(route())
    const before = await serverPid()
    const state = { done: false }
    const failures: string[] = []
    let count = 0
    const client = async (): Promise<void> => {
      while (!state.done) {
        const answer = await exchange(count % 2 ? appPort : listen.port, get('/'))
        if (answer.reset || bodyOf(answer) !== 'app') failures.push(answer.text)
        count++
      }
    }
    const clients = [client(), client(), client()]
    const changed = create({ accessLog: true })
    await changed.apply(route())
    await gone(before)
    const seen = count
    await until(() => count > seen + 20)
    state.done = true
    await Promise.all(clients)
    expect(await serverPid()).not.toBe(before)
    expect(failures).toEqual([])
    const log = join(home, 'logs/proxy-access.log')
    let lines = ''
    while (!lines.includes('200')) lines = await readFile(log, 'utf8').catch(() => '')
    expect(lines).toMatch(/^\S+Z 127\.0\.0\.1 "GET blog\.localhost \/" 200 \d+ms$/m)
  }, 20_000)

  it('that was replaced takes nothing of its successor along when it is told to end at once', async () => {
    let asked = false
    const endless = await startUpstream((_request, response) => void (asked = response.write('never ends')))
    await proxy.apply(route({ upstreams: [{ address: '127.0.0.1', port: endless.port }] }))
    const before = await serverPid()
    const answer = exchange(appPort, get('/'))
    await until(() => asked)
    const changed = create({ accessLog: true })
    await changed.apply(route({ release: 'r000002-00000002' }))
    expect(await isRunning(before)).toBe(true)
    process.kill(before, 'SIGTERM')
    await gone(before)
    expect((await answer).text).toContain('never ends')
    expect(await readdir(join(home, 'run'))).toHaveLength(1)
    expect(await changed.serves?.('blog', 'r000002-00000002')).toBe(true)
  }, 20_000)

  it('is found, used and ended by commands that have another run directory', async () => {
    await proxy.apply(route())
    const pid = await serverPid()
    const warnings: string[] = []
    const log = createLog({ sink: ({ text }) => warnings.push(text), clock: systemClock })
    const other = create({ directories: { home, run: join(home, 'r'.repeat(100)), logs: join(home, 'logs') }, log })
    await other.apply(route({ release: 'r000002-00000002' }))
    expect(await serverPid()).toBe(pid)
    expect(await other.serves?.('blog', 'r000002-00000002')).toBe(true)
    await other.remove('blog')
    expect(await proxy.serves?.('blog', 'r000002-00000002')).toBe(false)
    await other.stop?.()
    expect(await isRunning(pid)).toBe(false)
    expect(await readdir(join(home, 'run'))).toEqual([])
    expect(warnings.filter((text) => text.includes('does not answer'))).toEqual([])
  })

  it('moves to another address when that changes', async () => {
    await proxy.apply(route())
    const before = await serverPid()
    const port = await freePort()
    const moved = create({ listen: { ...listen, port } })
    expect(await moved.apply(route())).toBe(`http://blog.localhost:${port}`)
    await gone(before)
    expect(bodyOf(await exchange(port, get('/')))).toBe('app')
    expect((await exchange(listen.port, get('/'))).reset).toBe(true)
  }, 20_000)
})

it('keeps the name of an app that is scaled to nothing', async () => {
  await proxy.apply(route({ upstreams: [] }))
  expect(statusOf(await exchange(appPort, get('/')))).toBe(503)
})

describe('a move that cannot be', () => {
  it('leaves the server where it is', async () => {
    await proxy.apply(route())
    const before = await serverPid()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => void taken.once('listening', resolve))
    onEnd(() => void taken.close())
    const address = taken.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(create({ listen: { ...listen, port } }).apply(route())).rejects.toMatchObject({ code: 'deploy.proxy.port-taken' })
    expect(await serverPid()).toBe(before)
    expect(bodyOf(await exchange(listen.port, get('/')))).toBe('app')
    await proxy.apply(route({ release: 'r000002-00000002' }))
    expect(await serverPid()).toBe(before)
  }, 20_000)
})

describe('an address that is none of this host', () => {
  const elsewhere = { address: '192.0.2.1', port: 8080 } // RFC 5737: nobody's
  const refusal = {
    code: 'deploy.proxy.start',
    message: 'Cannot start the proxy: HOP3_LISTEN is 192.0.2.1:8080, and 192.0.2.1 is no address of this host.',
    hint: expect.stringContaining('hostname -I'),
  }

  it('is named, with what there is instead', async () => {
    await expect(create({ listen: elsewhere }).apply(route())).rejects.toMatchObject(refusal)
    await expect(create({ listen: { address: 'no-host.invalid', port: 8080 } }).apply(route())).rejects.toMatchObject({
      code: 'deploy.proxy.start',
      message: expect.stringContaining('nobody knows an address of no-host.invalid'),
    })
    expect(await proxy.running?.()).toBeUndefined()
  }, 30_000)

  it('leaves a server that runs where it is', async () => {
    await proxy.apply(route())
    const before = await serverPid()
    await expect(create({ listen: elsewhere }).apply(route())).rejects.toMatchObject(refusal)
    expect(await serverPid()).toBe(before)
    expect(bodyOf(await exchange(listen.port, get('/')))).toBe('app')
  }, 30_000)
})

describe('a route that cannot be', () => {
  const good = async (): Promise<void> => {
    expect(bodyOf(await exchange(appPort, get('/')))).toBe('app')
    expect(await proxy.serves?.('blog', 'r000001-00000001')).toBe(true)
  }

  it('because nobody answers there leaves the last good one', async () => {
    await proxy.apply(route())
    const dead = [{ address: '127.0.0.1', port: await freePort() }]
    await expect(proxy.apply(route({ release: 'r000002-00000002', upstreams: dead }))).rejects.toMatchObject({
      code: 'deploy.proxy.verify',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    await good()
    const routes = join(home, 'proxy/routes/blog.json')
    expect(JSON.parse(await readFile(routes, 'utf8'))).toMatchObject({ release: 'r000001-00000001' })
  })

  it('because another app has the name says which', async () => {
    await proxy.apply(route({ hosts: ['www.example.com', '_'] }))
    for (const host of ['www.example.com', '_']) {
      const other = route({ appName: 'shop', hosts: [host], port: await freePort() })
      await expect(proxy.apply(other)).rejects.toMatchObject({
        code: 'deploy.proxy.host-taken',
        message: expect.stringContaining('belongs to the app blog'),
      })
    }
    await good()
    expect(await readdir(join(home, 'proxy/routes'))).toEqual(['blog.json'])
  })

  it('because a port is taken names the program that has it and what to change', async () => {
    const taken = createServer().listen(listen.port, '127.0.0.1')
    onEnd(() => void taken.close())
    await expect(proxy.apply(route())).rejects.toMatchObject({
      code: 'deploy.proxy.port-taken',
      message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${listen.port}: node \\(pid ${process.pid}\\) listens on it`)),
      hint: expect.stringContaining(`HOP3_LISTEN=127.0.0.1:${listen.port + 1}`),
    })
    expect(await readdir(join(home, 'proxy'))).toEqual(['config.json', 'routes'])
  })

  it('because of what it says is refused before anything changes', async () => {
    const refused: [Partial<Route>, string][] = [
      [{ protocol: 'uwsgi' }, 'deploy.proxy.protocol'],
      [{ protocol: 'fastcgi' }, 'deploy.proxy.protocol'],
      [{ hosts: ['a b'] }, 'deploy.proxy.route'],
      [{ staticPaths: { '/a': '/tmp' } }, 'deploy.proxy.route'],
      [{ staticPaths: { '/a/': 'relative' } }, 'deploy.proxy.route'],
      [{ protocol: 'static', upstreams: [] }, 'deploy.proxy.route'],
      [{ appName: '../x' }, 'config.app-name'],
    ]
    await expect(proxy.apply(route({ hosts: ['a b'] }))).rejects.toMatchObject({
      hint: expect.stringContaining('`[domains] list` or `[static]`'),
    })
    await expect(proxy.apply(route({ protocol: 'uwsgi' }))).rejects.toMatchObject({ hint: expect.not.stringContaining('HOP3_PROXY') })
    for (const [change, code] of refused) await expect(proxy.apply(route(change))).rejects.toMatchObject({ code })
    expect(await readdir(home)).toEqual([])
  })

  it('because the path of the socket is too long says how to shorten it', async () => {
    const long = create({ directories: { home, run: join(home, 'r'.repeat(100)), logs: join(home, 'logs') } })
    await expect(long.apply(route())).rejects.toMatchObject({ code: 'deploy.proxy.socket-path' })
  })
})

it('does what the README shows, in at most 60 lines', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const body = example
    .replace(/^import .*$/m, '')
    .replaceAll('40123', String(upstream.port))
    .replaceAll('20001', String(appPort))
  const factory = plugin.proxies?.[0]
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function('embeddedProxy', 'context', `return (async () => {${body}; return url })()`)
  const url: unknown = typeof run === 'function' ? await run({ create: () => proxy }, undefined) : undefined
  expect(factory?.name).toBe('embedded')
  expect(url).toBe(`http://blog.localhost:${listen.port}`)
  expect((await exchange(appPort, get('/'))).reset).toBe(true) // it ends with stop
})
