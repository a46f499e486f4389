/** A route that cannot be made live leaves the last good one as it is. */
import { createServer } from 'node:net'
import { isRunning } from '@hop3/core/processes'
import { expect, onTestFinished, test } from 'vitest'
import type { StageProxy } from './proxy-stage.ts'
import { startUpstream } from './upstream.ts'
import { actionable, failureOf } from './verdict-checks.ts'

export function registerProxyFailureTests(stage: StageProxy): void {
  test('keeps the old route when the new one asks for a port somebody else has', async () => {
    const { proxy, route, ask } = await stage()
    const good = await route({ upstreams: [await startUpstream('good')] })
    await proxy().apply(good)
    const taken = await route({ release: 'r000002-1f3a9c2e', port: await takenPort(), upstreams: [await startUpstream('bad')] })
    expect(await failureOf(() => proxy().apply(taken))).toMatchObject(actionable(/^deploy\.proxy\./))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'good' })
    expect(JSON.parse((await ask({ port: good.port })).body)).toMatchObject({ name: 'good' })
    expect(await proxy().serves?.('shop', 'r000002-1f3a9c2e')).not.toBe(true)
  })

  test('leaves nothing of a first route that fails', async () => {
    const { proxy, route, ask } = await stage()
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    const taken = await route({ port: await takenPort(), upstreams: [await startUpstream('bad')] })
    expect(await failureOf(() => proxy().apply(taken))).toMatchObject(actionable(/^deploy\.proxy\./))
    expect((await ask()).body).not.toContain('bad')
    expect(JSON.parse((await ask({ host: 'other.example' })).body)).toMatchObject({ name: 'other' })
  })

  test('refuses beforehand the names it would refuse, with the place they were written, and changes nothing', async () => {
    const { proxy, route, ask } = await stage()
    const check = async (appName: string, host: string): Promise<void> =>
      proxy().check?.({ appName, hosts: [host], origin: 'hop3.toml:2:1' })
    await proxy().apply(await route({ appName: 'other', hosts: ['other.example'], upstreams: [await startUpstream('other')] }))
    await check('other', 'other.example')
    await check('shop', 'shop.example')
    if (proxy().check === undefined) return
    const refusal = await failureOf(() => check('shop', 'other.example'))
    expect(refusal).toMatchObject(actionable(/^deploy\.proxy\./))
    expect(refusal.message).toContain('hop3.toml:2:1')
    expect(JSON.parse((await ask({ host: 'other.example' })).body)).toMatchObject({ name: 'other' })
  })

  test('says which process it keeps running, and none before or after', async () => {
    const { proxy, route, context } = await stage()
    if (proxy().running === undefined) return
    expect(await proxy().running?.()).toBeUndefined()
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    const running = await proxy().running?.()
    expect(running?.port).toBe(context.listen.port)
    expect(await isRunning(running?.pid ?? 0), 'its process runs').toBe(true)
    await proxy().stop?.()
    expect(await proxy().running?.(), 'what runs after stop').toBeUndefined()
  })

  test('says so when the place where all apps answer is taken, and keeps nothing running', async () => {
    const { proxy, route, context } = await stage()
    await takenPort(context.listen.port)
    expect(await failureOf(async () => proxy().apply(await route({ upstreams: [await startUpstream('one')] })))).toMatchObject(
      actionable(/^(deploy\.proxy|environment)\./),
    )
    expect(await proxy().serves?.('shop', 'r000001-1f3a9c2e')).not.toBe(true)
  })
}

/** A port with a listener that never answers. */
async function takenPort(wanted = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', resolve)
  })
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
