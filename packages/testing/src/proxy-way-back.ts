/** What a proxy that is a program of the host makes of a change that did not come to its end. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readProcessStat } from '@hop3/core/processes'
import type { ProxyProgram } from '@hop3/core/routes'
import { expect, onTestFinished, test } from 'vitest'
import type { StageProxy } from './proxy-stage.ts'
import { startUpstream } from './upstream.ts'
import { actionable, failureOf } from './verdict-checks.ts'

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

  test.skipIf(!canMount())(
    `a full disk while it does not run is named, and with room again it serves${canMount() ? '' : ' (needs the right to mount)'}`,
    async () => {
      const { proxy, route, ask, host } = await stage()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', host.home])
      onTestFinished(async () => {
        // First: afterwards nobody could tell whose processes these are.
        await proxy().stop?.()
        execFileSync('umount', ['--lazy', host.home])
      })
      const shop = await route({ upstreams: [await startUpstream('shop')] })
      await proxy().apply(shop)
      const pid = (await proxy().running?.())?.pid ?? 0
      process.kill(pid, 'SIGKILL')
      await expect.poll(async () => (await readProcessStat(pid))?.isDefunct ?? true).toBe(true)
      const filler = join(host.home, 'filler')
      execFileSync('sh', ['-c', 'head -c 2M /dev/zero > "$0" || :', filler], { stdio: 'ignore' })
      const next = { ...shop, release: 'r000002-1f3a9c2e' }
      const failure = await failureOf(() => proxy().apply(next))
      expect(failure).toMatchObject(actionable(/^environment\.disk-full$/))
      expect(failure.message).toContain('Cannot route shop to r000002-1f3a9c2e')
      expect(failure.hint).toContain('Free some space')
      await rm(filler)
      await proxy().apply(next)
      expect((await ask()).body).toContain('shop')
      expect(await proxy().serves?.('shop', next.release)).toBe(true)
    },
  )
}

/** Only root may, and in many containers nobody. */
function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
}
