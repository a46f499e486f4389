import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appStatus, deployApp, proxyContext, rollbackApp, scaleApp, systemClock, type Host } from '@hop3/core'
import { processIds, readProcessStat } from '@hop3/core/processes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { startSteadyClient } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
beforeEach(async () => void (temporary = await createTemporaryHost()))
afterEach(() => temporary.dispose(), 60_000)

const proxies = [
  { proxy: 'nginx', program: '/usr/sbin/nginx', need: 'apt-get install nginx-light' },
  { proxy: 'caddy', program: '/usr/bin/caddy', need: 'apt-get install caddy' },
]
const app = versionedApps.find(({ name }) => name === 'attached')

for (const { proxy, program, need } of proxies) {
  const isSkipped = process.env['HOP3_REQUIRE'] !== 'all' && !existsSync(program)
  describe.skipIf(isSkipped)(`behind ${proxy} (needs: ${need})`, () => {
    it('loses no request over deploys, rollbacks, scalings and a killed worker', { timeout: 180_000 }, async () => {
      if (app === undefined) throw new Error('there is no such app')
      const { directory } = temporary
      const host: Host = { ...temporary.host, proxy }
      const source = join(directory, 'source')
      const deploy = async (version: string): ReturnType<typeof deployApp> => {
        await app.write(source, version)
        return deployApp(await appIn(source, app.name), host)
      }
      const { port } = await deploy('v0')
      const paths = { quick: '/', slow: '/slow', upload: '/upload' }
      const client = startSteadyClient({
        port: port ?? 0,
        requestsPerSecond: 200,
        idleConnections: 20,
        paths,
        isRight: (answer) => /^v\d+$/.test(answer),
      })
      for (let version = 1; version <= 4; version++) {
        client.during(`deploy of v${version}`)
        expect(await deploy(`v${version}`)).toMatchObject({ changed: true, port })
        client.during(`rollback or scaling after v${version}`)
        if (version % 3 === 0) await rollbackApp(app.name, host)
        if (version % 3 === 1) for (const by of [1, -1]) await scaleApp(app.name, host, { deltas: { web: by } })
      }
      client.during('another access log')
      await deployApp(await appIn(source, app.name), { ...host, accessLog: true })
      await scaleApp(app.name, host, { to: { web: 2 } })
      expect(await client.stop()).toEqual([])
      expect(client.requests()).toBeGreaterThan(500)
      expect(client.answers.size).toBeGreaterThan(3)
      // What an instance had of a body when it was killed is nowhere else.
      const reader = startSteadyClient({
        port: port ?? 0,
        requestsPerSecond: 200,
        paths: { quick: '/' },
        isRight: (answer) => answer.startsWith('v'),
      })
      reader.during('the death of an instance')
      const victim = (await appStatus(app.name, host)).workers[0]?.pid
      if (typeof victim === 'number') process.kill(victim, 'SIGKILL')
      await systemClock.sleep(2_000)
      expect(await reader.stop()).toEqual([])
    })

    it('serves again by itself, or with the next command, when processes of it were killed', { timeout: 60_000 }, async () => {
      if (app === undefined) throw new Error('there is no such app')
      const host: Host = { ...temporary.host, proxy }
      const source = join(temporary.directory, 'source')
      await app.write(source, 'v1')
      const { port } = await deployApp(await appIn(source, app.name), host)
      const answer = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.text() ?? 'nothing'
      const factory = (await host.registry.proxies()).find(({ name }) => name === proxy)
      const main = (await factory?.create(proxyContext(host)).running?.())?.pid ?? 0
      for (const child of await childrenOf(main)) process.kill(child, 'SIGKILL')
      await expect.poll(answer, { timeout: 5_000 }).toBe('v1')
      process.kill(main, 'SIGKILL')
      await expect.poll(async () => (await readProcessStat(main))?.isDefunct ?? true).toBe(true)
      await deployApp(await appIn(source, app.name), host)
      expect(await answer()).toBe('v1')
    })
  })
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const children: number[] = []
  for (const pid of await processIds()) if ((await readProcessStat(pid))?.parent === parent) children.push(pid)
  return children
}
