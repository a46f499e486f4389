import { beforeEach, describe, expect, it } from 'vitest'
import { deployApp, recoverApp, restartApp, rollbackApp, scaleApp, startApp, stopApp, destroyApp, type HistoryEntry } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(() => {
  world = createWorld()
  world.use({ version: '1' })
})

const history = async (): Promise<readonly HistoryEntry[]> => world.host.home.app('blog').history()

it.each(
  Object.entries({
    startApp,
    restartApp,
    rollbackApp,
    stopApp,
    destroyApp,
    scaleApp: (name: string, host: typeof world.host) => scaleApp(name, host, {}),
  }),
)('%s of an app that is not there makes none', async (_, command) => {
  world.disk.destroyed = true
  await expect(command('blog', world.host)).rejects.toThrow(expect.objectContaining({ code: 'deploy.not-deployed' }))
  expect(world.disk.destroyed).toBe(true)
})

it('a first deploy that fails before it has begun leaves no app, and one of an app that is there leaves it', async () => {
  const { config } = world.app
  const wrong = { ...world.app, config: { ...config, build: { ...config.build, strategy: 'nobody' } } }
  world.disk.destroyed = true
  await expect(deployApp(wrong, world.host)).rejects.toMatchObject({ code: 'select.builder.unknown' })
  expect(world.disk.destroyed).toBe(true)
  await deployApp(world.app, world.host)
  await expect(deployApp(wrong, world.host)).rejects.toMatchObject({ code: 'select.builder.unknown' })
  expect(world.answers()).toBe('serve 1')
})

describe('what fails after the switch', () => {
  beforeEach(async () => {
    await deployApp(world.app, world.host)
    world.failRetire(true)
    world.use({ version: '2' })
  })

  it('is told as the rest of a deploy that serves', async () => {
    await expect(deployApp(world.app, world.host)).rejects.toThrow(
      expect.objectContaining({
        code: 'deploy.retire',
        message: 'r000002-aaaaaaaa of blog serves, but the deploy did not come to its end: it does not end',
        hint: expect.stringContaining('hop3 ps blog'),
      }),
    )
    expect(world.answers()).toBe('serve 2')
    expect((await history()).at(-1)).toMatchObject({ outcome: 'ok', error: { code: 'deploy.retire', message: 'it does not end' } })
  })

  it('is finished by the next command', async () => {
    await deployApp(world.app, world.host).catch(() => undefined)
    expect(world.instances.size).toBe(2)
    world.failRetire(false)
    await recoverApp('blog', world.host)
    expect([world.instances.size, world.answers()]).toEqual([1, 'serve 2'])
  })

  it('keeps no command after it from its work, and the new version from nothing', async () => {
    await deployApp(world.app, world.host).catch(() => undefined)
    await recoverApp('blog', world.host)
    expect(world.answers()).toBe('serve 2')
    expect(world.said()).toContain('r000002-aaaaaaaa serves, but what ran beside it could not be taken away')
  })
})

it('what fails before the switch is told as a failure', async () => {
  await deployApp(world.app, world.host)
  world.use({ version: '2', fault: 'start' })
  await deployApp(world.app, world.host).catch(() => undefined)
  expect((await history()).at(-1)).toMatchObject({ outcome: 'failed', error: { code: 'health.exited' } })
})

it('says what an interruption has undone, and only that', async () => {
  await deployApp(world.app, world.host)
  world.use({ version: '2', interrupts: 'build' })
  await expect(deployApp(world.app, world.host)).rejects.toThrow('interrupted')
  expect(world.said()).toContain('What the deploy of blog had begun has been undone.')
  expect(world.answers()).toBe('serve 1')
  world.events.length = 0
  await expect(stopApp('blog', world.host)).rejects.toThrow('interrupted')
  expect(world.said()).not.toContain('undone')
})
