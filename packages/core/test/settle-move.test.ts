import { expect, test } from 'vitest'
import { createLog, deployApp, systemClock, type Proxy } from '../src/index.ts'
import { finishMove, proveAlone, undoMove } from '../src/settle-move.ts'
import { createWorld } from './memory-world.ts'

test('a move that is over has not failed where its proof cannot be made again', async () => {
  const world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
  const proxies = (await world.host.registry.proxies()).map((factory) => ({
    ...factory,
    create: (...given: Parameters<typeof factory.create>): Proxy => ({
      ...factory.create(...given),
      serves: async () => false,
      apply: async () => Promise.reject(new Error('the port is taken')),
    }),
  }))
  const warnings: string[] = []
  const log = createLog({ clock: systemClock, sink: ({ level, text }) => void (level === 'warn' && warnings.push(text)) })
  const host = { ...world.host, log, registry: { ...world.host.registry, proxies: async () => proxies } }
  await proveAlone(host, { step: 'end', to: 'memory', from: ['other'], known: [], urls: { blog: 'http://blog.localhost' } })
  expect(warnings).toEqual([expect.stringContaining('the port is taken')])
})

test.each([
  ['finished', finishMove, { step: 'end', to: 'other', from: ['memory'], known: [], urls: {} }],
  ['undone', undoMove, { step: 'make', to: 'memory', from: ['other'], known: [], urls: {} }],
] as const)('where a move is %s, the proxy that goes forgets all apps in one step', async (_, settle, record) => {
  const world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
  const removed: unknown[] = []
  const [memory] = await world.host.registry.proxies()
  const routes = [...world.routes.values()].flatMap((route) => ['blog', 'shop'].map((appName) => ({ ...route, appName })))
  const proxies = (memory === undefined ? [] : [memory, { ...memory, name: 'other' }]).map((factory) => ({
    ...factory,
    create: (...given: Parameters<typeof factory.create>): Proxy => ({
      ...factory.create(...given),
      routes: async () => routes,
      removeAll: async (names) => void removed.push(names),
      remove: async (name) => void removed.push(name),
    }),
  }))
  await settle({ ...world.host, registry: { ...world.host.registry, proxies: async () => proxies } }, record)
  expect(removed).toEqual([['blog', 'shop']])
})
