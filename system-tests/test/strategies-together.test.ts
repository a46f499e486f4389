/** Every builder, deployer and proxy of one host with every other it can work with: processes, a site and an image behind each proxy, side by side. */
import { join } from 'node:path'
import { deployApp, type Host } from '@hop3/core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { checkNothingLeft, writeImageApp } from '../src/image-app.ts'
import { lacks } from '../src/programs.ts'
import { expectProven, servingTriple } from '../src/proven-pairs.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

const proxies = ['embedded', 'nginx', 'caddy']
const isSkipped = (proxy: string): boolean => lacks('docker', 'go', ...(proxy === 'embedded' ? [] : [proxy]))
const apps = [...versionedApps, { name: 'imaged', write: writeImageApp }]
const seen: string[] = []

let temporary: TemporaryHost
afterEach(async () => {
  await temporary.dispose()
  checkNothingLeft(temporary.host.home.path)
}, 120_000)
afterAll(async () => {
  if (seen.length > 0) await expectProven('system-tests/test/strategies-together.test.ts', seen, !proxies.some(isSkipped))
})

describe.each(proxies)('behind %s', (proxy) => {
  it.skipIf(isSkipped(proxy))('processes, a site and an image serve side by side', { timeout: 300_000 }, async () => {
    temporary = await createTemporaryHost()
    const { directory } = temporary
    const host: Host = { ...temporary.host, proxy }
    const ports = new Map<string, number | null>()
    for (const app of apps) {
      const source = join(directory, app.name)
      await app.write(source, 'v1')
      ports.set(app.name, (await deployApp(await appIn(source, app.name), host)).port)
    }
    for (const [name, port] of ports) {
      const answer = await fetch(`http://127.0.0.1:${port}/`)
      expect({ name, answer: await answer.text() }).toEqual({ name, answer: 'v1' })
      seen.push(await servingTriple(host.home.path, name))
    }
  })
})
