import { join } from 'node:path'
import { appStatus, deployApp, restartApp, rollbackApp, scaleApp, systemClock } from '@hop3/core'
import { afterEach, describe, expect, it } from 'vitest'
import { composes, lacksCompose, checkNothingLeft, writeImageApp } from '../src/image-app.ts'
import { startSteadyClient } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
afterEach(async () => {
  await temporary.dispose()
  checkNothingLeft(temporary.host.home.path)
}, 120_000)

describe.each(composes)('with $name', (compose) => {
  it.skipIf(lacksCompose(compose))(
    'loses no request over deploys, rollbacks, scaling, a restart and a killed container',
    { timeout: 600_000 },
    async () => {
      temporary = await createTemporaryHost({ path: compose.path })
      const { host, directory } = temporary
      const source = join(directory, 'imaged')
      const deploy = async (version: string) => {
        await writeImageApp(source, version)
        return deployApp(await appIn(source, 'imaged'), host)
      }
      const { port } = await deploy('v0')
      if (port === null) throw new Error('the app has no port')
      const paths = { quick: '/', slow: '/slow', upload: '/upload' }
      const client = startSteadyClient({ port, requestsPerSecond: 200, paths, isRight: (answer) => /^v\d+$/.test(answer) })
      for (let version = 1; version <= 5; version++) {
        client.during(`deploy of v${version}`)
        expect(await deploy(`v${version}`)).toMatchObject({ changed: true, port })
      }
      client.during('rollback')
      await rollbackApp('imaged', host)
      client.during('restart')
      await restartApp('imaged', host)
      client.during('scaling')
      await scaleApp('imaged', host, { to: { web: 2 } })
      client.during('the death of a container')
      const [victim] = (await appStatus('imaged', host)).workers
      if (typeof victim?.pid !== 'number') throw new Error('no container has a process')
      process.kill(victim.pid, 'SIGKILL')
      await settled(host)
      client.during('scaling down')
      await scaleApp('imaged', host, { to: { web: 1 } })
      const failures = await client.stop()
      // What a killed container was doing is lost, and a request that changes something is not made twice.
      const isOfTheDead = (one: (typeof failures)[number]): boolean => one.during === 'the death of a container' && one.path === '/upload'
      expect(failures.filter((one) => !isOfTheDead(one))).toEqual([])
      expect(client.requests()).toBeGreaterThan(1_000)
      expect(client.answers.size).toBeGreaterThanOrEqual(6)
    },
  )
})

/** Until the engine has started again what was killed, and it takes connections. */
async function settled(host: TemporaryHost['host']): Promise<void> {
  const isRunning = async (): Promise<boolean> => {
    const { workers } = await appStatus('imaged', host)
    return workers.length === 2 && workers.every(({ state, pid }) => state === 'running' && pid !== null)
  }
  for (;;) {
    await systemClock.sleep(1_000)
    if (await isRunning()) break
  }
  await systemClock.sleep(2_000)
}
