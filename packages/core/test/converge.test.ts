import { beforeEach, describe, expect, it } from 'vitest'
import { deployApp, recoverApp, restartApp, scaleApp, startApp, stopApp } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(async () => {
  world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
})

const deployed = () => deployApp(world.app, world.host)

describe('a deploy of an unchanged source finds what runs with another env', () => {
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    'stopped, changed, started, changed back': async () => {
      await stopApp('blog', world.host)
      world.disk.env = { X: 'new' }
      await startApp('blog', world.host)
      expect(world.runningEnvironments()).toEqual(['{"X":"new"}'])
      world.disk.env = {}
    },
    'changed, died, started, changed back': async () => {
      world.disk.env = { X: 'new' }
      world.reboot()
      await startApp('blog', world.host)
      world.disk.env = {}
    },
    'changed, scaled, changed back': async () => {
      world.disk.env = { X: 'new' }
      await scaleApp('blog', world.host, { deltas: { web: 1 } })
      expect(world.runningEnvironments()).toEqual(['{}', '{"X":"new"}'])
      world.disk.env = {}
    },
    'changed, scaled': async () => {
      world.disk.env = { X: 'new' }
      await scaleApp('blog', world.host, { deltas: { web: 1 } })
    },
    'changed, scaled, one of them died and came back': async () => {
      world.disk.env = { X: 'new' }
      await scaleApp('blog', world.host, { deltas: { web: 1 } })
      for (const one of world.instances) if (one.endsWith('web.1')) world.instances.delete(one)
      await startApp('blog', world.host)
      world.disk.env = {}
    },
    'changed, a restart of it killed, changed back': async () => {
      world.disk.env = { X: 'new' }
      world.killAfter(3)
      await restartApp('blog', world.host).catch(() => undefined)
      world.revive()
      await recoverApp('blog', world.host)
      world.disk.env = {}
    },
  }

  it.each(Object.keys(ways))('%s', async (way) => {
    await ways[way]?.()
    expect(await deployed()).toMatchObject({ changed: true })
    expect(world.runningEnvironments()).toEqual([JSON.stringify(world.disk.env)])
    expect(await deployed()).toMatchObject({ changed: false })
  })
})

it('a stop and a start with the same env are nothing new', async () => {
  const { generation } = world.disk.state
  await stopApp('blog', world.host)
  await startApp('blog', world.host)
  expect(world.disk.state.generation).toBe(generation)
  expect(await deployed()).toMatchObject({ changed: false })
})
