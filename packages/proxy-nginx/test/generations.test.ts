import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyStageFor, startUpstream } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const stage = proxyStageFor(nginxProxy)

describe.skipIf(isSkipped)(`generations of the configuration${need}`, { timeout: 60_000 }, () => {
  test('apps that leave at once are one, whether nginx runs or not', async () => {
    const { proxy, route, host } = await stage()
    const upstreams = [await startUpstream('one')]
    for (const appName of ['a', 'b', 'c', 'd', 'e']) await proxy().apply(await route({ appName, hosts: [`${appName}.example`], upstreams }))
    const generations = join(host.home, 'proxy-nginx/generations')
    const made = async (work: () => Promise<void> | undefined): Promise<number> => {
      const [names, done] = [new Set<string | null>(), new AbortController()]
      const seeing = (async () => {
        for await (const { filename } of watch(generations, { signal: done.signal })) names.add(filename)
      })().catch(() => {})
      await work()
      await host.clock.sleep(100)
      done.abort()
      await seeing
      // What came, and what went for it.
      return names.size - 1
    }
    expect(await made(() => proxy().removeAll?.(['a', 'b']))).toBe(1)
    await proxy().stop?.()
    expect(await made(() => proxy().removeAll?.(['c', 'd', 'e']))).toBe(1)
    expect(await proxy().routes?.()).toEqual([])
  })
})
