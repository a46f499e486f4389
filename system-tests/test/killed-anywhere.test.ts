import { join } from 'node:path'
import { appStatus, deployApp, recoverApp, scaleApp, startApp } from '@hop3/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { expectOneVersion, runInterrupted } from '../src/killed-commands.ts'
import { temporaryFiles } from '../src/left-over.ts'
import { startSteadyClient } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
beforeEach(async () => void (temporary = await createTemporaryHost()))
afterEach(() => temporary.dispose(), 60_000)

/** Every app is killed while deploying; what does not depend on the kind of worker is tried with one. */
const cases = [
  ...versionedApps.map((app) => ({ app, command: 'deploy' as const })),
  ...(['rollback', 'scale', 'restart'] as const).flatMap((command) =>
    versionedApps.filter((app) => app.name === 'attached').map((app) => ({ app, command })),
  ),
]

/** As many records as the journal gets of a command that comes to its end: a kill after each of them, the last included. */
const leastKills = { deploy: 8, rollback: 6, scale: 6, restart: 6 }

describe.each(cases)('$command of $app.name killed after any record of the journal', ({ app, command }) => {
  it('leaves one version serving throughout, and nothing else after the next command', { timeout: 300_000 }, async () => {
    const { host, directory } = temporary
    const source = join(directory, 'source')
    const worker = app.name === 'native' ? 'wsgi' : 'web'
    let version = 0
    const nextVersion = () => app.write(source, `v${++version}`)
    await nextVersion()
    const { port } = await deployApp(await appIn(source, app.name), host)
    if (port === null) throw new Error('the app has no port')
    await nextVersion()
    await deployApp(await appIn(source, app.name), host)
    const paths = app.hasProcesses ? { quick: '/', slow: '/slow', upload: '/upload' } : { quick: '/' }
    const client = startSteadyClient({ port, requestsPerSecond: 100, paths, isRight: (answer) => /^v\d+$/.test(answer) })

    let kills = 0
    for (; ; kills++) {
      if (command === 'deploy') await nextVersion()
      const wasKilled = await runInterrupted([directory, host.listen.port, source, app.name, command, worker, kills + 1])
      await recoverApp(app.name, host)
      await expectOneVersion(app.name, host)
      expect(client.failures).toEqual([])
      if (!wasKilled) break
      if (app.hasProcesses) await scaleApp(app.name, host, { to: { [worker]: 1 } })
    }
    expect(kills).toBeGreaterThanOrEqual(leastKills[command])
    expect(await client.stop()).toEqual([])
    expect([client.requests() > 0, client.answers.size > 0]).toEqual([true, true])
    expect(await temporaryFiles(host.home.path)).toEqual([])
  })
})

it('a stop that is killed is finished by the next command, and the app can be started again', { timeout: 60_000 }, async () => {
  const { host, directory } = temporary
  const [, app] = versionedApps
  if (app === undefined) throw new Error('no app')
  const source = join(directory, 'source')
  await app.write(source, 'v1')
  await deployApp(await appIn(source, app.name), host)
  expect(await runInterrupted([directory, host.listen.port, source, app.name, 'stop', 'web', 1])).toBe(true)
  await recoverApp(app.name, host)
  expect(await appStatus(app.name, host)).toMatchObject({ stopped: true, workers: [] })
  await startApp(app.name, host)
  await expectOneVersion(app.name, host)
})
