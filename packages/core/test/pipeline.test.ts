import { beforeEach, describe, expect, it } from 'vitest'
import {
  appStatus,
  deployApp,
  destroyApp,
  recoverApp,
  restartApp,
  rollbackApp,
  runArtifact,
  scaleApp,
  startApp,
  stopApp,
  type App,
} from '../src/index.ts'
import { createWorld } from './memory-world.ts'

let world: ReturnType<typeof createWorld>
beforeEach(async () => {
  world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
})

const stoppedWithin = (stopTimeout: number): App => ({
  ...world.app,
  config: { ...world.app.config, deploy: { ...world.app.config.deploy, stopTimeout } },
})

const steps = (): readonly string[] => world.disk.journal.map((one) => one.step)

describe('deploy', () => {
  it('takes its steps in order and ends with one release serving', async () => {
    expect(steps()).toEqual(['begin', 'build', 'commit', 'start', 'route', 'switch', 'retire', 'end'])
    expect(world.answers()).toBe('serve 1')
    world.use({ version: '2', beforeRun: ['migrate', 'seed'] })
    const result = await deployApp(world.app, world.host)
    expect(result).toMatchObject({ app: 'blog', changed: true, url: 'http://blog.localhost', address: '127.0.0.1', port: 20_000 })
    expect(steps()).toEqual(['begin', 'build', 'commit', 'before-run', 'before-run', 'start', 'route', 'switch', 'retire', 'end'])
    expect(world.answers()).toBe('serve 2')
    expect(world.instances.size).toBe(1)
    expect(world.disk.previous).toMatch(/^r000001/)
  })

  it('of what serves already does nothing at all', async () => {
    world.calls.length = 0
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: false, url: 'http://blog.localhost' })
    expect(world.calls).toEqual([])
  })

  it('of what serves already builds again when what it was built into is gone', async () => {
    world.disk.lost = true
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: true })
    expect(world.calls).toContain('build')
    expect(world.disk.current).toMatch(/^r000002/)
  })

  it('of what serves already builds and starts anew when forced', async () => {
    expect(await deployApp(world.app, world.host, { force: true })).toMatchObject({ changed: true })
    expect(world.disk.current).toMatch(/^r000002/)
  })

  it('starts what should run and does not, without building', async () => {
    world.instances.clear()
    world.calls.length = 0
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: true })
    expect(world.calls).not.toContain('build')
    expect(world.answers()).toBe('serve 1')
  })

  it('starts anew with a changed env, without building', async () => {
    world.disk.env = { A: '1' }
    world.calls.length = 0
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: true })
    expect(world.calls).not.toContain('build')
    expect([...world.instances]).toEqual([expect.stringContaining('/2/web.1')])
  })

  it('with deltas scales, also when nothing else has changed', async () => {
    await deployApp(world.app, world.host, { deltas: { web: 2 } })
    expect(world.instances.size).toBe(3)
    expect(world.disk.state.scale).toEqual({ web: 3 })
  })

  it('of what nothing starts is an error, and the old version stays', async () => {
    world.use({ version: '2', workers: {} })
    await expect(deployApp(world.app, world.host)).rejects.toMatchObject({
      code: 'deploy.no-worker',
      hint: expect.stringContaining('web: '),
    })
    expect(world.answers()).toBe('serve 1')
    expect(world.disk.releases.size).toBe(1)
    const [artifact] = world.disk.releases.values()
    if (artifact === undefined) throw new Error('nothing was built')
    const silent = { ...artifact, location: 'elsewhere', runtime: { ...artifact.runtime, workers: {} } }
    await expect(runArtifact('blog', silent, world.host)).rejects.toMatchObject({ code: 'deploy.no-worker' })
  })

  it('of volumes without a container is an error, before anything is built or started', async () => {
    const [artifact] = world.disk.releases.values()
    if (artifact === undefined) throw new Error('nothing was built')
    const volumes = [{ name: 'uploads', path: '/app/uploads', origin: 'hop3.toml:3:1' }]
    const given = { ...artifact, location: 'elsewhere', metadata: { deploy: { volumes } } }
    await expect(runArtifact('blog', given, world.host)).rejects.toMatchObject({
      code: 'deploy.volume',
      message: expect.stringContaining('the volume uploads (hop3.toml:3:1) is /app/uploads of a container'),
      hint: expect.stringContaining('$HOP3_DATA'),
    })
    expect(world.answers()).toBe('serve 1')
    world.calls.length = 0
    const app = { ...world.app, config: { ...world.app.config, deploy: { ...world.app.config.deploy, volumes } } }
    await expect(deployApp(app, world.host)).rejects.toMatchObject({ code: 'deploy.volume' })
    expect(world.calls, 'its builder makes no images').not.toContain('build')
  })

  it('of an app that its deployer finds wrong is refused before it is built, until it is mended', async () => {
    world.use({ version: '2', fault: 'check' })
    const before = world.calls.length
    await expect(deployApp(world.app, world.host)).rejects.toMatchObject({ code: 'config.deploy.memory' })
    expect([world.calls.slice(before).includes('build'), world.answers()]).toEqual([false, 'serve 1'])
    world.disk.env['CHECKED'] = 'yes'
    await expect(deployApp(world.app, world.host)).resolves.toMatchObject({ changed: true })
  })

  it.each([{ worker: 'work' }, { cron: '0 4 * * * clean' }])('of an app that answers no requests runs %j', async (workers) => {
    world.use({ version: '2', workers })
    await expect(deployApp(world.app, world.host)).resolves.toMatchObject({ changed: true, url: null })
  })

  it.each([
    ['build', 'build.phase-failed'],
    ['before-run', 'deploy.before-run'],
    ['start', 'health.exited'],
    ['route', 'deploy.proxy.verify'],
  ] as const)('that fails at %s leaves the old version serving and nothing else', async (fault, code) => {
    world.use({ version: '2', fault, beforeRun: ['migrate'] })
    const before = world.events.length
    await expect(deployApp(world.app, world.host)).rejects.toThrow(expect.objectContaining({ code }))
    const ended = world.events.slice(before).filter(({ data }) => data?.['kind'] === 'end')
    expect(
      ended.map(({ phase }) => phase),
      'the way back is no step of the deploy',
    ).not.toContain('retire')
    expect(world.answers()).toBe('serve 1')
    expect([...world.instances]).toEqual([expect.stringContaining('r000001')])
    expect([...world.disk.releases.keys()]).toEqual([expect.stringContaining('r000001')])
    expect(steps().at(-1)).toBe('end')
    world.use({ version: '3' })
    await deployApp(world.app, world.host)
    expect(world.answers()).toBe('serve 3')
  })

  it('whose command before it fails has what that command needed taken away', async () => {
    world.use({ version: '2', fault: 'before-run', beforeRun: ['migrate'] })
    await expect(deployApp(world.app, world.host)).rejects.toMatchObject({ code: 'deploy.before-run' })
    expect(world.calls.slice(world.calls.indexOf('exec migrate'))).toEqual(['exec migrate', 'retire all but r000001-aaaaaaaa'])
  })

  it('of a first version that fails leaves nothing', async () => {
    const fresh = createWorld()
    fresh.use({ version: '1', fault: 'route' })
    await expect(deployApp(fresh.app, fresh.host)).rejects.toThrow('the proxy refused')
    expect([fresh.instances.size, fresh.routes.size, fresh.disk.releases.size, fresh.disk.current]).toEqual([0, 0, 0, undefined])
  })

  it('of a first version whose command before it fails stops what that command needed, and destroying it asks every deployer', async () => {
    const fresh = createWorld()
    fresh.use({ version: '1', fault: 'before-run', beforeRun: ['migrate'] })
    await expect(deployApp(fresh.app, fresh.host)).rejects.toMatchObject({ code: 'deploy.before-run' })
    expect(fresh.calls.slice(fresh.calls.indexOf('exec migrate'))).toEqual(['exec migrate', 'stop'])
    await destroyApp('blog', fresh.host)
    expect(fresh.calls.at(-1)).toBe('forget')
  })

  it('of an app without web has no address, and takes away the one it had', async () => {
    world.use({ version: '2', workers: { worker: 'work' } })
    expect(await deployApp(world.app, world.host)).toMatchObject({ url: null, address: null, port: null })
    expect(world.routes.size).toBe(0)
    expect((await appStatus('blog', world.host)).workers).toMatchObject([{ worker: 'worker', state: 'running' }])
  })
})

describe('what cannot be told from a defect of the app', () => {
  it('an env that makes the release unhealthy costs nothing once it is taken back', async () => {
    const id = world.disk.current ?? ''
    world.disk.env = { BAD: '1' }
    world.ail(id, true)
    await expect(deployApp(world.app, world.host)).rejects.toThrow('exited at once')
    expect(world.answers()).toBe('serve 1')
    world.ail(id, false)
    world.disk.env = {}
    await deployApp(world.app, world.host)
    expect([world.answers(), world.instances.size]).toEqual(['serve 1', 1])
    await stopApp('blog', world.host)
    await destroyApp('blog', world.host)
    expect(world.disk.destroyed).toBe(true)
  })

  it('a release that is damaged can be stopped and destroyed', async () => {
    world.disk.releases.delete(world.disk.current ?? '')
    await stopApp('blog', world.host)
    expect([world.instances.size, world.routes.size]).toEqual([0, 0])
    await destroyApp('blog', world.host)
    expect(world.disk.destroyed).toBe(true)
  })

  it('a history that cannot be written changes no outcome', async () => {
    world.failHistory()
    world.use({ version: '2' })
    expect(await deployApp(world.app, world.host)).toMatchObject({ changed: true })
    world.use({ version: '3', fault: 'build' })
    await expect(deployApp(world.app, world.host)).rejects.toThrow('the build failed')
  })

  it('a stop that fails half way is finished by the next command', async () => {
    world.failNextKeepPorts()
    await expect(stopApp('blog', world.host)).rejects.toThrow('no ports')
    await recoverApp('blog', world.host)
    expect(await appStatus('blog', world.host)).toMatchObject({ stopped: true, workers: [] })
  })
})

describe('the rest of an app’s life', () => {
  it('stop, start, restart, destroy', async () => {
    await stopApp('blog', world.host)
    expect([world.instances.size, world.routes.size]).toEqual([0, 0])
    await stopApp('blog', world.host)
    await startApp('blog', world.host)
    expect(world.answers()).toBe('serve 1')
    const before = [...world.instances]
    await restartApp('blog', world.host)
    expect(world.instances.size).toBe(1)
    expect([...world.instances]).not.toEqual(before)
    await destroyApp('blog', world.host)
    expect([world.instances.size, world.disk.destroyed]).toEqual([0, true])
  })

  it('ends what runs within the stop timeout of its own release', async () => {
    for (const stopTimeout of [5, 90]) {
      world.use({ version: String(stopTimeout) })
      await deployApp(stoppedWithin(stopTimeout), world.host)
      await stopApp('blog', world.host)
      await startApp('blog', world.host)
    }
    expect(world.stopTimeouts).toEqual([5, 90])
    world.damage(world.disk.current ?? '')
    await stopApp('blog', world.host)
    await destroyApp('blog', world.host)
    expect(world.stopTimeouts).toEqual([5, 90, 30, 30])
  })

  it('a stop gives what a deploy had started the longer of both timeouts', async () => {
    world.use({ version: '2' })
    await deployApp(stoppedWithin(5), world.host)
    world.use({ version: '3' })
    world.killAfter(4)
    await deployApp(stoppedWithin(90), world.host).catch(() => undefined)
    expect(steps().at(-1)).toBe('start')
    expect(world.revive()).toBe(true)
    await stopApp('blog', world.host)
    expect(world.stopTimeouts).toEqual([90])
  })

  it('rollback goes to the previous release and back', async () => {
    world.use({ version: '2' })
    await deployApp(world.app, world.host)
    await rollbackApp('blog', world.host)
    expect(world.answers()).toBe('serve 1')
    await rollbackApp('blog', world.host)
    expect(world.answers()).toBe('serve 2')
    await rollbackApp('blog', world.host, { release: 'r000001' })
    expect(world.answers()).toBe('serve 1')
  })

  it('rollback without a previous release says so', async () => {
    await expect(rollbackApp('blog', world.host)).rejects.toThrow(expect.objectContaining({ code: 'deploy.rollback-nothing' }))
    expect(world.answers()).toBe('serve 1')
  })

  it('scale adds, sets, and goes to zero', async () => {
    expect((await scaleApp('blog', world.host, { deltas: { web: 2 } })).scale).toEqual({ web: 3 })
    expect((await scaleApp('blog', world.host, { to: { web: 2 } })).scale).toEqual({ web: 2 })
    expect(world.routes.get('blog')?.upstreams.length).toBe(2)
    expect(await scaleApp('blog', world.host, { deltas: { web: -2 } })).toMatchObject({ scale: { web: 0 }, url: null, port: null })
    expect(world.instances.size).toBe(0)
    expect(await appStatus('blog', world.host)).toMatchObject({ url: null, isServed: true })
    expect(await startApp('blog', world.host)).toMatchObject({ url: null, changed: false })
    expect((await scaleApp('blog', world.host, { to: { web: 1 } })).url).toBe('http://blog.localhost')
    await scaleApp('blog', world.host, { to: { web: 0 } })
    await expect(scaleApp('blog', world.host, { deltas: { web: -1 } })).rejects.toThrow(expect.objectContaining({ code: 'config.scale' }))
    world.use({ version: '2' })
    await deployApp(world.app, world.host)
    expect(world.instances.size).toBe(0)
  })

  it('a count holds when the app is built as an image, whose web was wsgi, and when it goes back', async () => {
    const app = { ...world.app, config: { ...world.app.config, deploy: { ...world.app.config.deploy, scale: { wsgi: 4 } } } }
    const running = () => [...world.instances].map((name) => name.split('/')[2])
    world.use({ version: '2', workers: { wsgi: 'app:app' } })
    await deployApp(app, world.host)
    world.use({ version: '3', workers: { web: 'exec uwsgi' } })
    await deployApp(app, world.host)
    expect(running()).toEqual(['web.1', 'web.2', 'web.3', 'web.4'])
    expect((await scaleApp('blog', world.host, { to: { wsgi: 2 } })).scale).toEqual({ web: 2 })
    await rollbackApp('blog', world.host)
    expect(running()).toEqual(['wsgi.1', 'wsgi.2'])
    const image = world.disk.releases.get(world.disk.previous ?? '')
    if (image === undefined) throw new Error('nothing deployed')
    await runArtifact('blog', image, world.host)
    expect(running()).toEqual(['web.1', 'web.2'])
  })

  it('run makes an artifact serve that was built elsewhere', async () => {
    const artifact = world.disk.releases.get(world.disk.current ?? '')
    if (artifact === undefined) throw new Error('nothing deployed')
    await runArtifact('blog', { ...artifact, runtime: { ...artifact.runtime, workers: { web: 'serve elsewhere' } } }, world.host)
    expect(world.answers()).toBe('serve elsewhere')
    expect(world.events.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it('run says so when an artifact was built for another app', async () => {
    const artifact = world.disk.releases.get(world.disk.current ?? '')
    if (artifact === undefined) throw new Error('nothing deployed')
    await runArtifact('blog', { ...artifact, appName: 'shop' }, world.host)
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'warn', text: 'This artifact was built for the app shop; from now on it is what blog runs.' }),
    )
  })
})

describe('a command killed after any of its records', () => {
  const commands: Readonly<Record<string, () => Promise<unknown>>> = {
    deploy: () => (world.use({ version: '2', beforeRun: ['migrate'] }), deployApp(world.app, world.host)),
    'failing deploy': () => (world.use({ version: '2', fault: 'start' }), deployApp(world.app, world.host)),
    'deploy the proxy refuses': () => (world.use({ version: '2', fault: 'route' }), deployApp(world.app, world.host)),
    rollback: () => rollbackApp('blog', world.host),
    scale: () => scaleApp('blog', world.host, { deltas: { web: 2 } }),
    'scale down': () => scaleApp('blog', world.host, { to: { web: 1 } }),
    restart: () => restartApp('blog', world.host),
  }
  /** Each record of the journal, the last included, is followed by a kill. */
  const leastKills: Readonly<Record<string, number>> = { deploy: 9, 'failing deploy': 6, 'deploy the proxy refuses': 7 }
  const followers: Readonly<Record<string, () => Promise<unknown>>> = {
    recover: () => recoverApp('blog', world.host),
    deploy: () => (world.use({ version: '3' }), deployApp(world.app, world.host)),
    scale: () => scaleApp('blog', world.host, { to: { web: 1 } }),
  }

  it.each(Object.keys(commands).flatMap((command) => Object.keys(followers).map((follower) => [command, follower])))(
    '%s, then %s: one version serves throughout and alone afterwards',
    async (command, follower) => {
      let kills = 0
      for (; ; kills++) {
        world = createWorld()
        for (const version of ['0', '1']) {
          world.use({ version })
          await deployApp(world.app, world.host)
        }
        await scaleApp('blog', world.host, { to: { web: 2 } })
        world.killAfter(kills + 1)
        await commands[command]?.().catch(() => undefined)
        const answered = world.answers()
        expect(['serve 0', 'serve 1', 'serve 2']).toContain(answered)
        if (!world.revive()) break

        await followers[follower]?.()
        const current = world.disk.current ?? ''
        expect(world.disk.releases.get(current)).toBeDefined()
        expect(world.answers()).toBe(world.disk.releases.get(current)?.runtime.workers['web'])
        expect([...world.instances].filter((one) => !one.startsWith(`${current}/${world.disk.state.generation}/`))).toEqual([])
        expect(world.instances.size).toBe(world.disk.state.scale['web'])
        expect([...world.disk.releases.values()].filter((one) => one === undefined)).toEqual([])
        expect(world.disk.journal.at(-1)?.step).toBe('end')
        await followers['deploy']?.()
        expect(world.answers()).toBe('serve 3')
      }
      expect(kills).toBeGreaterThanOrEqual(leastKills[command] ?? 6)
    },
  )

  const events: Readonly<Record<string, () => void>> = {
    'the machine restarts': () => world.reboot(),
    'the machine restarts and the new release is not healthy yet': () => (world.reboot(), world.ail('r000003-aaaaaaaa', true)),
    'the machine restarts and the old release is not healthy yet': () => (world.reboot(), world.ail('r000002-aaaaaaaa', true)),
    'the machine restarts and nothing is healthy yet': () => (
      world.reboot(),
      world.ail('r000002-aaaaaaaa', true),
      world.ail('r000003-aaaaaaaa', true)
    ),
    'the next command is interrupted': () => world.interrupt(true),
  }
  it.each(Object.keys(commands).flatMap((command) => Object.keys(events).map((event) => [command, event])))(
    '%s, then %s: no command after it is stuck',
    async (command, event) => {
      let kills = 0
      for (; ; kills++) {
        world = createWorld()
        for (const version of ['0', '1']) {
          world.use({ version })
          await deployApp(world.app, world.host)
        }
        world.killAfter(kills + 1)
        await commands[command]?.().catch(() => undefined)
        const wasAnswered = world.answers()
        if (!world.revive()) break

        events[event]?.()
        await recoverApp('blog', world.host).catch(() => undefined)
        const isStillThere = event.includes('restarts') || world.answers() === wasAnswered
        expect(isStillThere).toBe(true)
        world.interrupt(false)
        for (const release of world.disk.releases.keys()) world.ail(release, false)
        world.ail('r000003-aaaaaaaa', false)
        await startApp('blog', world.host)
        const current = world.disk.current ?? ''
        expect(world.answers()).toBe(world.disk.releases.get(current)?.runtime.workers['web'])
        expect([...world.instances].filter((one) => !one.startsWith(`${current}/${world.disk.state.generation}/`))).toEqual([])
        expect([...world.disk.releases.values()].filter((one) => one === undefined)).toEqual([])
        world.use({ version: '9' })
        await deployApp(world.app, world.host)
        expect(world.answers()).toBe('serve 9')
      }
      expect(kills).toBeGreaterThanOrEqual(leastKills[command] ?? 6)
    },
  )

  it.each(['stop', 'destroy'] as const)('%s is finished by whatever comes next', async (command) => {
    world.killAfter(1)
    await (command === 'stop' ? stopApp : destroyApp)('blog', world.host).catch(() => undefined)
    expect(world.revive()).toBe(true)
    await recoverApp('blog', world.host)
    expect([world.instances.size, world.routes.size]).toEqual([0, 0])
    expect(world.disk.destroyed).toBe(command === 'destroy')
  })
})
