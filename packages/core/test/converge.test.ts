import { beforeEach, describe, expect, it } from 'vitest'
import { appStatus, createSurvey, deployApp, hop3Error, recoverApp, restartApp, scaleApp, startApp, stopApp } from '../src/index.ts'
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

describe('a survey of all apps', () => {
  it('fails for the app of which nothing could be seen', async () => {
    const away = hop3Error('environment.away', 'nobody answers')
    const survey = createSurvey()
    survey.workers.set('memory', Promise.resolve({ workers: [], failureOf: (app) => (app === 'blog' ? away : undefined) }))
    await expect(appStatus('blog', world.host, survey)).rejects.toBe(away)
    expect(await appStatus('blog', world.host, createSurvey())).toMatchObject({ isServed: true })
  })
})

describe('where all apps answer', () => {
  it('is kept for commands whose operator does not say it', () => {
    expect(world.disk.listen).toEqual({ address: '127.0.0.1', port: 80 })
  })

  it('is part of what a deploy makes sure of, without building or starting anything', async () => {
    const before = [...world.instances]
    world.calls.length = 0
    world.listenAt(9000)
    expect(await appStatus('blog', world.host)).toMatchObject({ isServed: false })
    expect(await deployed()).toMatchObject({ changed: true, url: 'http://blog.localhost:9000' })
    expect([world.calls.includes('build'), [...world.instances], world.disk.listen?.port]).toEqual([false, before, 9000])
    expect(await deployed()).toMatchObject({ changed: false, url: 'http://blog.localhost:9000' })
  })

  it('is shown as it is now, when the command of another app has moved it', async () => {
    world.moveProxy(9000)
    const url = 'http://blog.localhost:9000'
    expect(await appStatus('blog', world.host)).toMatchObject({ isServed: true, url })
    expect(await deployed()).toMatchObject({ changed: false, url })
    expect(await startApp('blog', world.host)).toMatchObject({ changed: false, url })
  })
})

it('prunes no release that units of systemd were printed of', async () => {
  world.prunes()
  const [first] = world.disk.releases.keys()
  world.disk.ofUnits = first
  for (const version of ['2', '3', '4']) {
    world.use({ version })
    await deployed()
  }
  expect([...world.disk.releases.keys()]).toEqual([first, world.disk.previous, world.disk.current])
})
