import { beforeEach, describe, expect, it } from 'vitest'
import {
  appStatus,
  deployApp,
  freeze,
  maintainApp,
  recoverApp,
  restartApp,
  rollbackApp,
  scaleApp,
  startApp,
  stopApp,
} from '../src/index.ts'
import type { AppHome, Host } from '../src/index.ts'
import { createWorld, Killed } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(async () => {
  world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
  world.calls.length = 0
})

const page = (): string | undefined => world.routes.get('blog')?.maintenance
const turn = (on: boolean) => maintainApp('blog', world.host, { on })

/** A host of which one part of the app's home is another. */
function with_(change: Partial<AppHome>): Host {
  return { ...world.host, home: { ...world.host.home, app: (name) => ({ ...world.host.home.app(name), ...change }) } }
}

describe('an app in maintenance', () => {
  it('shows a page at once, and the app again, and starts nothing for either', async () => {
    const before = world.routes.get('blog')
    expect(await turn(true)).toEqual({ app: 'blog', maintenance: true, changed: true, url: 'http://blog.localhost' })
    expect(page()).toContain('Under maintenance')
    expect(await turn(true)).toMatchObject({ maintenance: true, changed: false })
    expect(await appStatus('blog', world.host)).toMatchObject({ maintenance: true, isServed: true, workers: [{ state: 'running' }] })
    expect(await turn(false)).toMatchObject({ maintenance: false, changed: true })
    expect(await turn(false)).toMatchObject({ maintenance: false, changed: false })
    expect(world.routes.get('blog')).toEqual(before)
    expect([world.calls, world.disk.journal.at(-1)?.step]).toEqual([[], 'end'])
    expect(await appStatus('blog', world.host)).toMatchObject({ maintenance: false, isServed: true })
  })

  it('shows its own page, that of the release that runs', async () => {
    const own = (maintenancePage: string) => {
      const { config } = world.app
      return { ...world.app, config: freeze({ ...config, deploy: { ...config.deploy, maintenancePage } }) }
    }
    expect(await deployApp(own('first'), world.host)).toMatchObject({ changed: true, maintenance: false })
    await turn(true)
    expect(page()).toBe('first')
    expect(await deployApp(own('first'), world.host)).toMatchObject({ changed: false, maintenance: true })
    expect(await deployApp(own('second'), world.host)).toMatchObject({ changed: true, maintenance: true })
    expect(page()).toBe('second')
    await rollbackApp('blog', world.host)
    expect(page()).toBe('first')
  })

  it('stays so through whatever makes a release serve, and a deploy of what serves finds nothing to do', async () => {
    await turn(true)
    world.use({ version: '2' })
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: true, maintenance: true })
    world.calls.length = 0
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: false, maintenance: true })
    expect(await startApp('blog', world.host)).toMatchObject({ changed: false, maintenance: true })
    expect(world.calls).toEqual([])
    await restartApp('blog', world.host)
    await scaleApp('blog', world.host, { to: { web: 2 } })
    await rollbackApp('blog', world.host)
    world.reboot()
    expect(await startApp('blog', world.host)).toMatchObject({ changed: true, maintenance: true })
    expect([page() === undefined, world.routes.get('blog')?.release]).toEqual([false, 'r000001-aaaaaaaa'])
    await turn(false)
    expect([page(), world.answers()]).toEqual([undefined, 'serve 1'])
  })

  it('stays so when a deploy fails, and shows the page of what runs', async () => {
    await turn(true)
    world.use({ version: '2', fault: 'start' })
    await expect(deployApp(world.app, world.host)).rejects.toThrow('exited at once')
    expect([page() === undefined, world.routes.get('blog')?.release, world.disk.state.maintenance]).toEqual([
      false,
      'r000001-aaaaaaaa',
      true,
    ])
  })

  it('is none any more once it is stopped by its name, but still is one where all were stopped', async () => {
    await turn(true)
    await stopApp('blog', world.host, { withAll: true })
    expect(await appStatus('blog', world.host)).toMatchObject({ stopped: true, maintenance: false })
    expect(await startApp('blog', world.host)).toMatchObject({ maintenance: true })
    expect(page()).toBeDefined()
    await stopApp('blog', world.host)
    expect(await startApp('blog', world.host)).toMatchObject({ maintenance: false })
    expect(page()).toBeUndefined()
  })

  it('is none any more when it has no address any more', async () => {
    await turn(true)
    world.use({ version: '2', workers: { worker: 'work' } })
    expect(await deployApp(world.app, world.host)).toMatchObject({ url: null, maintenance: false })
    expect(world.disk.state.maintenance).toBeUndefined()
    await expect(turn(true)).rejects.toThrow(expect.objectContaining({ code: 'deploy.no-address' }))
  })
})

describe('maintenance can be turned on', () => {
  it('for an app that is broken: dead, or with a damaged release', async () => {
    world.reboot()
    world.damage('r000001-aaaaaaaa')
    await turn(true)
    expect(page()).toContain('Under maintenance')
  })

  it('not for one that is stopped, has not been deployed, or whose route is lost, which is said', async () => {
    world.routes.clear()
    await expect(turn(true)).rejects.toThrow(
      expect.objectContaining({ code: 'deploy.no-address', hint: expect.stringContaining('hop3 start') }),
    )
    await stopApp('blog', world.host)
    await expect(turn(true)).rejects.toThrow(expect.objectContaining({ code: 'deploy.stopped' }))
    expect(world.disk.journal.at(-1)?.step).toBe('end')
    world.disk.current = undefined
    await expect(turn(true)).rejects.toThrow(expect.objectContaining({ code: 'deploy.not-deployed' }))
  })
})

describe('a command that does not come to its end', () => {
  const die = () => Promise.reject(new Killed('killed'))
  /** Killed once the proxy has been told, before that is written down. */
  const killed = (): Host => {
    const home = world.host.home.app('blog')
    return with_({ writeState: die, record: (one) => (one.step === 'begin' ? home.record(one) : die()) })
  }

  it('changes nothing when the proxy makes no route, or the state cannot be written', async () => {
    world.refuseRoutes(true)
    await expect(turn(true)).rejects.toThrow('the port is taken')
    world.refuseRoutes(false)
    await expect(maintainApp('blog', with_({ writeState: die }), { on: true })).rejects.toThrow('killed')
    expect([page(), world.disk.state.maintenance, world.disk.journal.at(-1)?.step]).toEqual([undefined, undefined, 'end'])
  })

  it('is undone by the next when it is killed, wherever', async () => {
    for (const on of [true, false]) {
      await turn(!on)
      const before = page()
      await maintainApp('blog', killed(), { on }).catch(() => undefined)
      expect([page() === undefined, world.disk.journal.at(-1)?.step]).toEqual([!on, 'begin'])
      await recoverApp('blog', world.host)
      expect([page(), world.disk.journal.at(-1)?.step]).toEqual([before, 'end'])
      world.killAfter(1)
      await turn(on).catch(() => undefined)
      expect(world.revive()).toBe(true)
      await recoverApp('blog', world.host)
      expect([page(), world.disk.journal.at(-1)?.step]).toEqual([before, 'end'])
    }
  })

  it('is put right by a start where the proxy could not be told', async () => {
    await maintainApp('blog', killed(), { on: true }).catch(() => undefined)
    world.refuseRoutes(true)
    expect(await appStatus('blog', world.host)).toMatchObject({ maintenance: false, isServed: false })
    expect(world.said()).toContain('The route of blog could not be made again: the port is taken')
    world.refuseRoutes(false)
    expect(await startApp('blog', world.host)).toMatchObject({ changed: true, maintenance: false })
    expect([page(), (await appStatus('blog', world.host)).isServed]).toEqual([undefined, true])
  })
})
