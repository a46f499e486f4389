import { join } from 'node:path'
import { deployApp, recoverApp, scaleApp } from '@hop3/core'
import { afterEach, describe, expect, it } from 'vitest'
import { composes, lacksCompose, checkNothingLeft, writeImageApp } from '../src/image-app.ts'
import { expectOneVersion, runInterrupted } from '../src/killed-commands.ts'
import { temporaryFiles } from '../src/left-over.ts'
import { startSteadyClient } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
afterEach(async () => {
  await temporary.dispose()
  checkNothingLeft(temporary.host.home.path)
}, 120_000)

/** What does not depend on Compose is tried with one of the two. */
const [first, second] = composes
const cases = [
  { compose: first, command: 'deploy', least: 8 },
  { compose: second, command: 'deploy', least: 8 },
  { compose: first, command: 'rollback', least: 6 },
  { compose: first, command: 'scale', least: 6 },
  { compose: first, command: 'restart', least: 6 },
] as const

describe.each(cases)('$command with $compose.name killed after any record of the journal', ({ compose, command, least }) => {
  it.skipIf(lacksCompose(compose))(
    'leaves one version serving throughout, and nothing else after the next command',
    { timeout: 300_000 },
    async () => {
      temporary = await createTemporaryHost({ path: compose.path })
      const { host, directory } = temporary
      const source = join(directory, 'imaged')
      let version = 0
      const nextVersion = () => writeImageApp(source, `v${++version}`)
      await nextVersion()
      const { port } = await deployApp(await appIn(source, 'imaged'), host)
      if (port === null) throw new Error('the app has no port')
      await nextVersion()
      await deployApp(await appIn(source, 'imaged'), host)
      const client = startSteadyClient({
        port,
        requestsPerSecond: 50,
        paths: { quick: '/', slow: '/slow' },
        isRight: (answer) => /^v\d+$/.test(answer),
      })
      let kills = 0
      for (; ; kills++) {
        if (command === 'deploy') await nextVersion()
        const wasKilled = await runInterrupted([directory, host.listen.port, source, 'imaged', command, 'web', kills + 1], compose.path)
        await recoverApp('imaged', host)
        await expectOneVersion('imaged', host)
        expect(client.failures).toEqual([])
        if (!wasKilled) break
        await scaleApp('imaged', host, { to: { web: 1 } })
      }
      expect(kills).toBeGreaterThanOrEqual(least)
      expect(await client.stop()).toEqual([])
      expect([client.requests() > 0, client.answers.size > 0]).toEqual([true, true])
      expect(await temporaryFiles(host.home.path)).toEqual([])
    },
  )
})
