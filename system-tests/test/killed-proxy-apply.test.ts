import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { createCommandLine } from '../src/command-line.ts'
import { startSteadyClient } from '../src/steady-client.ts'

/** Moments from the beginning of a deploy of a site, milliseconds: the last ones are while its proxy is told. */
const moments = [250, 350, 450, 550, 700, 850, 1_000, 1_300]

for (const [proxy, program] of [
  ['nginx', '/usr/sbin/nginx'],
  ['caddy', '/usr/bin/caddy'],
] as const) {
  const isSkipped = process.env['HOP3_REQUIRE'] !== 'all' && !existsSync(program)
  it.skipIf(isSkipped)(
    `a deploy behind ${proxy} that is killed anywhere loses no request, and the next one succeeds`,
    { timeout: 240_000 },
    async () => {
      const [site] = versionedApps.filter(({ name }) => name === 'site')
      const machine = await createCommandLine({ options: { env: { HOP3_PROXY: proxy } } })
      try {
        const source = join(machine.directory, 'site')
        await site?.write(source, 'v0')
        const { result } = await machine.hop3(['deploy', source, '--json'])
        const isRight = (answer: string): boolean => /^v\d+$/.test(answer)
        const client = startSteadyClient({
          port: Number(result['port']),
          requestsPerSecond: 200,
          idleConnections: 20,
          paths: { quick: '/' },
          isRight,
        })
        for (const [index, moment] of moments.entries()) {
          client.during(`the kill after ${moment} ms`)
          await site?.write(source, `v${index + 1}`)
          const { pid, finished } = machine.start(['deploy', source, '--json'], { ownGroup: true })
          await Promise.race([sleep(moment), finished])
          if (pid !== undefined) tryToKill(pid)
          await finished
          expect(await machine.hop3(['deploy', source, '--json'])).toMatchObject({ exitCode: 0 })
        }
        expect(await client.stop()).toEqual([])
        expect([...client.answers.keys()]).toContain(`200 v${moments.length}`)
      } finally {
        await machine.dispose()
      }
    },
  )
}

/** The command may have come to its end before. */
function tryToKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone already
  }
}
