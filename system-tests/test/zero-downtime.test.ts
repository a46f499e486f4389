import { join } from 'node:path'
import { appStatus, deployApp, rollbackApp, scaleApp, systemClock } from '@hop3/core'
import { killAtOnce } from '@hop3/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { startSteadyClient, type Failure } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
beforeEach(async () => void (temporary = await createTemporaryHost()))
afterEach(() => temporary.dispose(), 60_000)

describe.each(versionedApps)('$name', (app) => {
  it('loses no request over 20 deploys, 5 rollbacks, 10 scalings and a killed worker', { timeout: 300_000 }, async () => {
    const { host, directory } = temporary
    const source = join(directory, 'source')
    const deploy = async (version: string) => {
      await app.write(source, version)
      return deployApp(await appIn(source, app.name), host)
    }
    const { port } = await deploy('v0')
    if (port === null) throw new Error('the app has no port')
    const paths = app.hasProcesses ? { quick: '/', slow: '/slow', upload: '/upload' } : { quick: '/' }
    const client = startSteadyClient({
      port,
      requestsPerSecond: 500,
      idleConnections: 40,
      paths,
      isRight: (answer) => /^v\d+$/.test(answer),
    })

    for (let version = 1; version <= 20; version++) {
      client.during(`deploy of v${version}`)
      expect(await deploy(`v${version}`)).toMatchObject({ changed: true, port })
      client.during(`rollback or scaling after v${version}`)
      if (version % 4 === 0) await rollbackApp(app.name, host)
      if (app.hasProcesses && version % 4 === 1) {
        await scaleApp(app.name, host, { deltas: { [app.name === 'native' ? 'wsgi' : 'web']: 1 } })
        await scaleApp(app.name, host, { deltas: { [app.name === 'native' ? 'wsgi' : 'web']: -1 } })
      }
    }
    client.during('the death of a worker')
    if (app.hasProcesses) await killOneWorker(app.name, host)
    const killedAt = client.elapsed()
    await systemClock.sleep(2_000)
    const failures = await client.stop()
    expect(failures.filter((failure) => !isCutOffUpload(failure, killedAt))).toEqual([])
    expect(client.requests()).toBeGreaterThan(1_000)
    expect(client.answers.size).toBeGreaterThan(15)
  })
})

/** With two instances one may die: requests of a dead one go to the other. */
async function killOneWorker(appName: string, host: TemporaryHost['host']): Promise<void> {
  const [first] = (await appStatus(appName, host)).workers
  if (first === undefined) throw new Error(`nothing of ${appName} runs`)
  await scaleApp(appName, host, { to: { [first.worker]: 2 } })
  const victim = (await appStatus(appName, host)).workers[0]
  const pid = victim?.pid ?? null
  if (pid === null) throw new Error(`no worker of ${appName} has a pid to kill`)
  await killAtOnce(pid)
}

/** A POST that a process had when it was killed may have been done: no proxy may send it again (RFC 9110, section 9.2.2). */
function isCutOffUpload({ path, sentAt, saw }: Failure, killedAt: number): boolean {
  return path === '/upload' && sentAt <= killedAt && saw.startsWith('502 ')
}
