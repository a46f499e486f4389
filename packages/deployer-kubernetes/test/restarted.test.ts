/** A pod that has been started again some time ago, on the real cluster: it is as good as any other. */
import { describe, expect, inject, test } from 'vitest'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test('scaling does not mind what a pod that is ready has been through', async () => {
    const first = await stage()
    await first.deployer.deploy()
    kubectl(['exec', 'deployment/shop-web', '--namespace', 'hop3-shop', '--', 'sh', '-c', killServer])
    await expect.poll(podsOfShop, { timeout: 60_000 }).toBe('1 true')
    const more = await stage({ host: first.host, context: { scale: { web: 2 } } })
    await more.deployer.scale({})
    expect((await more.deployer.status()).map(({ state }) => state)).toEqual(['running', 'running'])
  })
})

const killServer = 'for one in /proc/[0-9]*; do [ "$(readlink $one/exe)" != /app/server ] || kill -KILL ${one#/proc/}; done'

/** How often each has been started again, and whether it is ready. */
function podsOfShop(): string {
  const path = 'jsonpath={range .items[*].status.containerStatuses[*]}{.restartCount} {.ready}{end}'
  return kubectl(['get', 'pods', '--namespace', 'hop3-shop', '--output', path])
}
