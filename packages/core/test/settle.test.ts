import { beforeEach, describe, expect, it } from 'vitest'
import { appStatus, deployApp, destroyApp, recoverApp, restartApp, rollbackApp, startApp, stopApp } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(async () => {
  world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
})

const runningReleases = (): readonly string[] => [...new Set([...world.instances].map((one) => one.slice(0, 7)))]

describe('when the proxy makes no route to anything', () => {
  beforeEach(() => world.refuseRoutes(true))

  it('a deploy leaves the old instances and the old route, and none of a release that is gone', async () => {
    world.use({ version: '2' })
    await expect(deployApp(world.app, world.host)).rejects.toThrow(expect.objectContaining({ code: 'deploy.proxy.port-taken' }))
    expect([runningReleases(), world.homeless(), world.answers()]).toEqual([['r000001'], [], 'serve 1'])
    expect(world.disk.journal.at(-1)?.step).toBe('end')
    expect(world.said()).toContain('No route could be made to r000001-aaaaaaaa, so the last good one holds: the port is taken')
    expect(world.said()).not.toMatch(/r000001-aaaaaaaa (cannot serve|could not be made to serve)/)
  })

  it('so does one that was killed, whatever it had done', async () => {
    let kills = 0
    for (let records = 1; ; records++) {
      world = createWorld()
      world.use({ version: '1' })
      await deployApp(world.app, world.host)
      world.use({ version: '2' })
      world.killAfter(records)
      await deployApp(world.app, world.host).catch(() => undefined)
      if (!world.revive()) break
      kills++
      world.refuseRoutes(true)
      await recoverApp('blog', world.host)
      expect([runningReleases().length, world.homeless()]).toEqual([1, []])
    }
    expect(kills).toBeGreaterThanOrEqual(7)
  })

  it('a first deploy leaves nothing', async () => {
    const fresh = createWorld()
    fresh.use({ version: '1' })
    fresh.killAfter(5)
    await deployApp(fresh.app, fresh.host).catch(() => undefined)
    fresh.revive()
    fresh.refuseRoutes(true)
    await recoverApp('blog', fresh.host)
    expect([fresh.instances.size, fresh.disk.releases.size]).toEqual([0, 0])
  })

  it('a release something still runs from is kept', async () => {
    world.failRetire(true)
    world.use({ version: '2' })
    await expect(deployApp(world.app, world.host)).rejects.toThrow('the port is taken')
    expect([runningReleases(), world.homeless()]).toEqual([['r000001', 'r000002'], []])
    expect(world.said()).toContain('r000002-aaaaaaaa is kept, because web.1 still runs from it.')
    world.failRetire(false)
    world.refuseRoutes(false)
    world.use({ version: '3' })
    await deployApp(world.app, world.host)
    expect(runningReleases()).toEqual(['r000003'])
  })
})

describe('what the deployer refuses before anything is begun', () => {
  it.each(['before-run', 'start'])('leaves nothing to undo, with a command of %s', async (phase) => {
    world.use({ version: '2', isRefused: true, beforeRun: phase === 'before-run' ? ['migrate'] : [] })
    world.calls.length = 0
    world.events.length = 0
    await expect(deployApp(world.app, world.host)).rejects.toThrow('nobody is let in')
    expect(world.calls).toEqual(['build'])
    expect(world.events.filter(({ level }) => level !== 'info' && level !== 'debug')).toEqual([])
    expect([runningReleases(), world.answers(), world.disk.journal.at(-1)?.step]).toEqual([['r000001'], 'serve 1', 'end'])
    expect([...world.disk.releases.keys()]).toEqual(['r000001-aaaaaaaa'])
  })

  it('does not keep what a command that was killed left from being undone', async () => {
    // Killed right after it has announced that it starts new instances.
    world.killAfter(2)
    await restartApp('blog', world.host).catch(() => undefined)
    world.revive()
    world.use({ version: '2', isRefused: true })
    world.calls.length = 0
    await recoverApp('blog', world.host)
    expect(world.calls).toContain('deploy r000001-aaaaaaaa')
    expect([runningReleases(), world.answers(), world.disk.journal.at(-1)?.step]).toEqual([['r000001'], 'serve 1', 'end'])
  })
})

describe('a way back that is refused', () => {
  it.each([
    [false, 'r000001-aaaaaaaa serves as before, but could not be deployed again: exited at once'],
    [true, 'r000001-aaaaaaaa could not be made to serve: exited at once'],
  ])('says whether what served before is seen to serve (gone: %s)', async (isGone, said) => {
    world.use({ version: '2', fault: 'start' })
    world.ail('r000001-aaaaaaaa', true)
    if (isGone) world.reboot()
    await expect(deployApp(world.app, world.host)).rejects.toThrow('exited at once')
    expect(world.said()).toContain(said)
  })
})

describe('when who runs the instances does not answer', () => {
  it('a deploy is undone by the first command that finds it there again', async () => {
    world.use({ version: '2' })
    world.away(true)
    await expect(deployApp(world.app, world.host)).rejects.toThrow('nobody answers')
    await expect(recoverApp('blog', world.host)).rejects.toThrow('nobody answers')
    expect(world.said()).toContain('It could not be undone either. The next command on this app tries again.')
    world.away(false)
    world.calls.length = 0
    await recoverApp('blog', world.host)
    expect(world.calls).toContain('deploy r000001-aaaaaaaa')
    expect([runningReleases(), world.answers(), world.disk.journal.at(-1)?.step]).toEqual([['r000001'], 'serve 1', 'end'])
  })
})

describe('an artifact torn by a power failure, with a command that was killed', () => {
  beforeEach(async () => {
    // Killed right after it has announced that it starts new instances.
    world.killAfter(2)
    await restartApp('blog', world.host).catch(() => undefined)
    world.revive()
    world.damage(world.disk.current ?? '')
  })

  it('is said, and costs nothing of what runs', async () => {
    await recoverApp('blog', world.host)
    expect(world.said()).toContain('r000001-aaaaaaaa is torn')
    expect([world.answers(), world.disk.journal.at(-1)?.step]).toEqual(['serve 1', 'end'])
  })

  it('shows in the status, with what runs', async () => {
    expect(await appStatus('blog', world.host)).toMatchObject({
      release: 'r000001-aaaaaaaa',
      isServed: false,
      workers: [{ worker: 'web' }],
      damage: { code: 'artifact.damaged', message: expect.stringContaining('r000001-aaaaaaaa is torn') },
    })
  })

  it('is named by a start', async () => {
    await expect(startApp('blog', world.host)).rejects.toThrow(expect.objectContaining({ code: 'artifact.damaged' }))
  })

  it('does not keep a deploy from building anew', async () => {
    world.use({ version: '2' })
    await deployApp(world.app, world.host)
    expect([world.answers(), runningReleases()]).toEqual(['serve 2', ['r000002']])
  })

  it('does not keep the app from being stopped and destroyed', async () => {
    await stopApp('blog', world.host)
    expect([world.instances.size, world.routes.size, world.disk.journal.at(-1)?.step]).toEqual([0, 0, 'end'])
    await destroyApp('blog', world.host)
    expect(world.disk.destroyed).toBe(true)
  })
})

describe('a stop after a command that was killed', () => {
  it('starts nothing first, and takes down all that command began', async () => {
    let kills = 0
    for (let records = 1; ; records++) {
      world = createWorld()
      world.use({ version: '1' })
      await deployApp(world.app, world.host)
      world.use({ version: '2' })
      world.killAfter(records)
      await deployApp(world.app, world.host).catch(() => undefined)
      if (!world.revive()) break
      kills++
      world.calls.length = 0
      await stopApp('blog', world.host)
      expect(world.calls.filter((one) => one.startsWith('deploy'))).toEqual([])
      expect([world.instances.size, world.routes.size, world.disk.journal.at(-1)?.step]).toEqual([0, 0, 'end'])
      expect([...world.disk.releases.keys()].filter((id) => id !== world.disk.current && id !== world.disk.previous)).toEqual([])
      await startApp('blog', world.host)
      expect(world.answers()).toBe(world.disk.releases.get(world.disk.current ?? '')?.runtime.workers['web'])
    }
    expect(kills).toBeGreaterThanOrEqual(7)
  })

  it('takes the name of a first version from the proxy', async () => {
    const fresh = createWorld()
    fresh.use({ version: '1' })
    fresh.killAfter(6)
    await deployApp(fresh.app, fresh.host).catch(() => undefined)
    fresh.revive()
    expect(fresh.routes.size).toBe(1)
    await stopApp('blog', fresh.host)
    expect([fresh.instances.size, fresh.routes.size]).toEqual([0, 0])
  })

  it('finishes a destroy that was begun, and says that the app is gone', async () => {
    world.killAfter(1)
    await destroyApp('blog', world.host).catch(() => undefined)
    world.revive()
    await expect(stopApp('blog', world.host)).rejects.toThrow(expect.objectContaining({ code: 'deploy.not-deployed' }))
    expect([world.disk.destroyed, world.instances.size]).toEqual([true, 0])
    world.use({ version: '2' })
    await deployApp(world.app, world.host)
    expect(world.answers()).toBe('serve 2')
  })
})

it('an earlier release whose artifact is torn does not keep a rollback from being undone', async () => {
  world.use({ version: '2' })
  await deployApp(world.app, world.host)
  world.killAfter(2)
  await rollbackApp('blog', world.host).catch(() => undefined)
  world.revive()
  world.damage(world.disk.previous ?? '')
  await recoverApp('blog', world.host)
  expect([world.answers(), runningReleases()]).toEqual(['serve 2', ['r000002']])
})
