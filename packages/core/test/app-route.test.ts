import { beforeEach, expect, it } from 'vitest'
import { proxyContext } from '../src/contexts.ts'
import { deployApp, restartApp } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(async () => {
  world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
  world.calls.length = 0
})

it('finds out that the named proxy is not there before it runs or starts anything', async () => {
  const host = { ...world.host, proxy: 'nope' }
  const unknown = expect.objectContaining({ code: 'select.proxy.unknown' })
  await expect(deployApp(world.app, host)).rejects.toThrow(unknown)
  world.use({ version: '2', beforeRun: ['migrate'] })
  await expect(deployApp(world.app, host)).rejects.toThrow(unknown)
  await expect(restartApp('blog', host)).rejects.toThrow(unknown)
  expect(world.calls).toEqual([])
  expect(world.answers()).toBe('serve 1')
})

it('asks for no proxy where an app has no address', async () => {
  const fresh = createWorld()
  const host = { ...fresh.host, registry: { ...fresh.host.registry, proxies: async () => [] } }
  fresh.use({ version: '1', workers: { worker: 'work' } })
  expect(await deployApp(fresh.app, host)).toMatchObject({ url: null, changed: true })
  fresh.use({ version: '2', workers: { web: 'serve', worker: 'work' } })
  fresh.calls.length = 0
  await expect(deployApp(fresh.app, host)).rejects.toThrow(expect.objectContaining({ code: 'select.proxy.none' }))
  expect(fresh.calls).toEqual(['build'])
})

it('moves an unchanged app to the proxy that is named now', async () => {
  const [memory] = await world.host.registry.proxies()
  if (memory === undefined) throw new Error('the world has no proxy')
  const other = { name: 'other', create: () => ({ ...memory.create(proxyContext(world.host)), name: 'other' }) }
  const host = { ...world.host, registry: { ...world.host.registry, proxies: async () => [memory, other] } }
  expect(await deployApp(world.app, { ...host, proxy: 'memory' })).toMatchObject({ changed: false })
  expect(await deployApp(world.app, { ...host, proxy: 'other' })).toMatchObject({ changed: true })
  expect(world.disk.state.proxy).toBe('other')
})
