import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type AppHome, type Home } from '@hop3/core'
import { expect, onTestFinished, test } from 'vitest'
import { reservePort } from '../src/ports.ts'
import { lock, tempHome } from './temp-home.ts'

test('a name keeps its port, and no two apps share one', async () => {
  const [blog, shop] = await apps(await tempHome())
  const port = await blog.reservePort('app')
  expect(port).toBeGreaterThanOrEqual(20_000)
  expect(port).toBeLessThanOrEqual(29_999)
  expect(await blog.reservePort('app')).toBe(port)
  const others = await Promise.all(
    ['app', 'g1/web.1', 'g1/web.2'].flatMap((name) => [shop.reservePort(name), blog.reservePort(`${name}x`)]),
  )
  expect(new Set([port, ...others]).size).toBe(7)
})

test('ports are given back but for the names that are kept', async () => {
  const [blog] = await apps(await tempHome({ ports: { first: 18_500, last: 18_501 } }))
  const [kept] = [await blog.reservePort('app'), await blog.reservePort('g1/web.1')]
  await expect(blog.reservePort('g2/web.1')).rejects.toMatchObject({ code: 'environment.ports-exhausted' })
  await blog.keepPorts(['app'])
  expect(await blog.reservePort('g2/web.1')).not.toBe(kept)
  expect(await blog.reservePort('app')).toBe(kept)
})

test('a port somebody listens on is passed over', async () => {
  const range = { first: 18_600, last: 18_609 }
  const [blog] = await apps(await tempHome({ ports: range }))
  const open = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8].map((offset) => listen(range.first + offset)))
  expect(open).toHaveLength(9)
  expect(await blog.reservePort('app')).toBe(range.last)
})

test('a port that another home is about to use is passed over', async () => {
  const range = { first: 18_650, last: 18_652 }
  const [[here], [there]] = await Promise.all([apps(await tempHome({ ports: range })), apps(await tempHome({ ports: range }))])
  // Of another command: what it is called is all that the two agree upon.
  const claim = createServer().listen({ path: `\0hop3-port-${range.first + 1}` })
  await once(claim, 'listening')
  onTestFinished(() => void claim.close())
  const ports = [await here.reservePort('g1/web.1'), await there.reservePort('g1/web.1')]
  expect(new Set(ports)).toEqual(new Set([range.first, range.last]))
  await expect(here.reservePort('g1/web.2')).rejects.toMatchObject({ code: 'environment.ports-exhausted' })
})

test('apps that no longer exist hold none', async () => {
  const [blog, shop] = await apps(await tempHome({ ports: { first: 18_700, last: 18_700 } }))
  await blog.reservePort('app')
  await expect(shop.reservePort('app')).rejects.toMatchObject({ code: 'environment.ports-exhausted' })
  await blog.destroy()
  expect(await shop.reservePort('app')).toBe(18_700)
})

test('a registry another machine does not give back is reported with its holder', async () => {
  const home = (await apps(await tempHome()))[0].directories.root.replace(/\/apps\/blog$/, '')
  const path = join(home, 'ports.lock')
  const holder = {
    pid: 7,
    started: '1',
    boot: 'other',
    pidNamespace: '',
    host: 'other',
    operation: 'change',
    since: '',
    token: 'a'.repeat(16),
  }
  await writeFile(path, JSON.stringify(holder))
  const options = { home, appName: 'blog', range: { first: 18_900, last: 18_909 }, clock: systemClock, boot: undefined, patience: 10 }
  await expect(reservePort(options, 'app')).rejects.toMatchObject({
    code: 'lock.held',
    message: expect.stringContaining('change of ports by pid 7'),
    hint: `If it has ended, remove its lock: rm ${path}`,
    details: { host: 'other', path },
  })
})

test('a fixed port belongs to one app until it asks for it no more', async () => {
  const [blog, shop] = await apps(await tempHome())
  const origin = 'hop3.toml:4'
  await blog.claimFixedPorts([{ number: 18_801, protocol: 'tcp', origin }])
  await blog.claimFixedPorts([{ number: 18_801, protocol: 'tcp', origin }])
  await expect(shop.claimFixedPorts([{ number: 18_801, protocol: 'tcp', origin }])).rejects.toMatchObject({
    code: 'config.port-claimed',
    message: 'hop3.toml:4: port 18801/tcp is taken: the app blog has it.',
  })
  await blog.keepPorts([])
  await expect(shop.claimFixedPorts([{ number: 18_801, protocol: 'tcp', origin }])).rejects.toMatchObject({ code: 'config.port-claimed' })
  await blog.claimFixedPorts([])
  await shop.claimFixedPorts([{ number: 18_801, protocol: 'tcp', origin }])
})

test('a fixed port another program listens on is refused, its own app may listen on it', async () => {
  const [blog] = await apps(await tempHome())
  const port = { number: await listen(0), protocol: 'tcp', origin: 'hop3.toml:4' } as const
  await expect(blog.claimFixedPorts([port])).rejects.toMatchObject({
    code: 'config.port-taken',
    hint: expect.stringContaining(`sport = :${port.number}`),
  })
  const own = { number: 18_802, protocol: 'tcp', origin: 'hop3.toml:4' } as const
  await blog.claimFixedPorts([own])
  await listen(own.number)
  await blog.claimFixedPorts([own])
})

test('a port of UDP has nothing to do with the same number of TCP', async () => {
  const [blog, shop] = await apps(await tempHome())
  const number = await listen(0)
  const [udp, tcp] = [
    { number, protocol: 'udp', origin: 'hop3.toml:4' } as const,
    { number, protocol: 'tcp', origin: 'hop3.toml:9' } as const,
  ]
  await blog.claimFixedPorts([udp])
  await expect(shop.claimFixedPorts([udp])).rejects.toMatchObject({
    message: `hop3.toml:4: port ${number}/udp is taken: the app blog has it.`,
  })
  await expect(shop.claimFixedPorts([tcp])).rejects.toMatchObject({ code: 'config.port-taken' })
  const both = [18_803, 18_803].map((port, index) => ({ ...(index === 0 ? udp : tcp), number: port }))
  await shop.claimFixedPorts(both)
  await expect(blog.claimFixedPorts(both)).rejects.toMatchObject({ code: 'config.port-claimed' })
  await shop.claimFixedPorts(both.slice(1))
  await blog.claimFixedPorts(both.slice(0, 1))
})

test('a UDP port another program has is refused', async () => {
  const [blog] = await apps(await tempHome())
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await expect(blog.claimFixedPorts([{ number: port, protocol: 'udp', origin: 'hop3.toml:4' }])).rejects.toMatchObject({
    code: 'config.port-taken',
    message: `hop3.toml:4: port ${port}/udp is taken: another program of this host listens on it.`,
    hint: expect.stringContaining('ss -lnup'),
  })
})

test('what a killed command left half written goes with the next change', async () => {
  const home = await tempHome()
  const [blog] = await apps(home)
  await writeFile(join(home.path, 'ports.json.4711-123456789.tmp'), '{')
  await blog.reservePort('app')
  expect((await readdir(home.path)).filter((name) => name.startsWith('ports.'))).toEqual(['ports.json'])
})

test('of many who want ports at once, in one home, nobody gets another’s', async () => {
  const home = await tempHome()
  const [blog, shop] = await apps(home)
  const ports = await Promise.all(
    Array.from({ length: 10 }, (_, index) => [blog.reservePort(`b${index}`), shop.reservePort(`s${index}`)]).flat(),
  )
  expect(new Set(ports).size).toBe(20)
  expect(Object.keys(JSON.parse(await readFile(join(home.path, 'ports.json'), 'utf8')).ports)).toHaveLength(20)
})

test('a damaged registry is reported with what to do', async () => {
  const home = await tempHome()
  const [blog] = await apps(home)
  await writeFile(join(home.path, 'ports.json'), '{"schema":1,"ports":{"x":1}}')
  await expect(blog.reservePort('app')).rejects.toMatchObject({ code: 'environment.ports-damaged', hint: expect.stringContaining('mv ') })
})

async function apps(home: Home): Promise<readonly [AppHome, AppHome]> {
  const both = [home.app('blog'), home.app('shop')] as const
  for (const app of both) await (await lock(app)).release()
  return both
}

async function listen(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
