/** What a proxy that is a program of the host makes of a change that did not come to its end. */
import { readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProxyProgram } from '@hop3/core/routes'
import { expect, test } from 'vitest'
import type { StageProxy } from './proxy-stage.ts'
import { startUpstream } from './upstream.ts'

export function registerWayBackTests(stage: StageProxy, program: ProxyProgram): void {
  test('a command killed while connections parted: the next one lets them last again', async () => {
    const { proxy, route, context } = await stage()
    const { directory, parting } = program.paths(context.directories)
    await proxy().apply(await route({ upstreams: [await startUpstream('one')] }))
    await writeFile(parting, '')
    await proxy().apply(await route({ upstreams: [await startUpstream('two')] }))
    expect(await readdir(directory)).not.toContain('parting')
  })

  test('the way back needs no room on the disk, and goes on where a step of it fails', async () => {
    const { proxy, route, ask, context } = await stage()
    const shop = await route({ upstreams: [await startUpstream('good')] })
    await proxy().apply(shop)
    const live = join(program.paths(context.directories).directory, 'live')
    const [link = ''] = (await readdir(live)).filter((name) => name.startsWith('shop.'))
    const good = await readlink(join(live, link))
    const next = await route({ release: 'r000002-1f3a9c2e', upstreams: [await startUpstream('bad')] })
    // Of the other one nothing can be made any more.
    const broken = await route({ appName: 'other', hosts: ['other.example'], release: '../other' })
    const change = await program.prepare(context, { routes: [next], before: [broken, shop], token: 'ab', server: undefined })
    await change.take()
    expect((await ask()).body).toContain('bad')
    const failures: unknown[] = []
    await change.undo(undefined, async (step) => step().catch((error: unknown) => void failures.push(error)))
    expect(await readlink(join(live, link))).toBe(good)
    expect((await ask()).body).toContain('good')
    expect(failures).toMatchObject([{ code: 'deploy.proxy.route' }])
  })
}
