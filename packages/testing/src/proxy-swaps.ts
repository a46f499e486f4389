/** The reason a proxy exists: the name moves from one release to the next without losing a request. */
import { expect, test } from 'vitest'
import { askingAlong } from './asking-along.ts'
import type { StageProxy } from './proxy-stage.ts'
import { processesWith } from './processes.ts'
import { startUpstream } from './upstream.ts'

export function registerSwapTests(stage: StageProxy): void {
  test('reaches the new instances as soon as apply has resolved', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    await proxy().apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('two')] }))
    const bodies = await Promise.all(Array.from({ length: 20 }, async () => (await ask()).body))
    expect(
      bodies.filter((body) => !body.includes('"two"')),
      'answers of others than the new instances',
    ).toEqual([])
  })

  test('applies the same route again: same URL, same answers', async () => {
    const { proxy, route, ask } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')] })
    const url = await proxy().apply(made)
    expect(await proxy().apply(made)).toBe(url)
    expect(await ask()).toMatchObject({ status: 200 })
  })

  test('knows which release it serves, and starts nothing to say so', async ({ skip }) => {
    const { proxy, route, host } = await stage()
    if (proxy().serves === undefined) {
      skip('it has no serves()')
      return
    }
    const serves = (release: string): Promise<boolean | undefined> => Promise.resolve(proxy().serves?.('shop', release))
    expect(await serves('r000001-1f3a9c2e')).toBe(false)
    expect(await processesWith(host.directory), 'serves() starts nothing').toEqual([])
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    expect(await serves('r000001-1f3a9c2e')).toBe(true)
    await proxy().apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('two')] }))
    expect(await serves('r000002-1f3a9c2e')).toBe(true)
    expect(await serves('r000001-1f3a9c2e')).toBe(false)
  })

  test('loses no request while the route moves back and forth', async () => {
    const { proxy, route, ask } = await stage()
    const upstreams = [await startUpstream('even'), await startUpstream('odd')]
    const move = async (turn: number): Promise<string> => {
      const upstream = upstreams[turn % 2]
      return proxy().apply(await route({ release: `r00000${turn + 1}-1f3a9c2e`, upstreams: upstream ? [upstream] : [] }))
    }
    await move(0)
    const { asked, failures } = await askingAlong(ask, async () => {
      for (let turn = 1; turn <= 6; turn++) await move(turn)
    })
    expect(failures, 'requests that failed').toEqual([])
    expect(asked).toBeGreaterThan(6)
  })

  test('lets a request under way finish on the old instance', async () => {
    const { proxy, route, ask, host } = await stage()
    await proxy().apply(await route({ upstreams: [await startUpstream('old')] }))
    const slow = ask({ path: '/slow' })
    await host.clock.sleep(200)
    await proxy().apply(await route({ release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('new')] }))
    expect(JSON.parse((await slow).body), 'the request under way').toMatchObject({ name: 'old' })
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'new' })
  })
}
