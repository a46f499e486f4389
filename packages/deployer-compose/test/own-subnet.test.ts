/** More networks than an engine has addresses for. Its own engine, since they are used up. */
import { execFileSync } from 'node:child_process'
import { openOwnEngine, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../src/engine.ts'
import { ensureNetwork } from '../src/network.ts'
import { freeSubnets } from '../src/own-subnet.ts'
import { flavors, isSkipped } from './test-images.ts'

test('the same name begins at the same place, and no two of its subnets are one', async () => {
  const subnets = (await freeSubnets('hop3-shop', 300)).map((one) => one.Subnet)
  expect(subnets.every((one) => /^10\.(?:12[89]|1[3-9]\d|2\d\d)\.\d+\.0\/24$/.test(one))).toBe(true)
  expect(new Set(subnets).size).toBe(300)
  expect(await freeSubnets('hop3-shop', 1)).toEqual([{ Subnet: subnets[0] }])
  expect(await freeSubnets('hop3-blog', 1)).not.toEqual([{ Subnet: subnets[0] }])
})

test.skipIf(flavors.every(isSkipped) || process.getuid?.() !== 0)(
  'apps get networks where the engine has no addresses left',
  { timeout: 120_000 },
  async () => {
    const engine = await openOwnEngine({ isApart: true })
    onTestFinished(() => engine.close())
    const docker = (...words: readonly string[]): string =>
      execFileSync('docker', ['--host', engine.address, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
    expect(() => {
      for (let made = 0; made < 60; made++) docker('network', 'create', `full-${made}`)
    }).toThrow(/address pool/)
    const host = await testHost()
    const asked = await openEngine({ env: { DOCKER_HOST: engine.address }, signal: new AbortController().signal })
    const directory = host.directory
    const directories = { home: directory, run: directory, logs: directory, data: directory, volumes: directory }
    const names = [
      await ensureNetwork(asked, { appName: 'shop', directories }),
      await ensureNetwork(asked, { appName: 'blog', directories }),
    ]
    const subnets = names.map((name) => docker('network', 'inspect', '--format', '{{range .IPAM.Config}}{{.Subnet}}{{end}}', name))
    expect(subnets).toEqual([expect.stringMatching(/^10\.\d+\.\d+\.0\/24$/), expect.stringMatching(/^10\.\d+\.\d+\.0\/24$/)])
    expect(await ensureNetwork(asked, { appName: 'shop', directories }), 'a second time it is there').toBe(names[0])
  },
)
