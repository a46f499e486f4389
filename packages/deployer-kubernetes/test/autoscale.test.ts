/** A worker whose count is a range, on the real cluster: the cluster says how many there are, and nobody else. */
import { describe, expect, inject, test } from 'vitest'
import { testHost } from '@hop3/testing'
import { kubectl } from './host-volume.ts'
import { stage, type Staged } from './staged.ts'

const skipped = inject('skipped')
const namespace = ['--namespace', 'hop3-shop']

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 240_000 }, () => {
  test('keeps its count through an update, a failed one, and the way back to a number', async () => {
    const host = await testHost()
    const turn = (counter: number, least: number, most?: number, web = '/app/server'): Promise<Staged> =>
      stage({
        host,
        counter,
        runtime: { workers: { web } },
        config: { scale: { web: least }, ...(most === undefined ? {} : { mostInstances: { web: most } }) },
        context: { scale: { web: least } },
      })
    const complete = async ({ deployer }: Staged): Promise<number> => {
      await deployer.deploy()
      await deployer.retire?.()
      return (await deployer.status()).length
    }
    expect(await complete(await turn(1, 2, 4))).toBe(2)
    expect(bounds()).toBe('2 4')
    expect(await complete(await turn(1, 3, 4)), 'scaled, of the same generation').toBe(3)
    expect(bounds()).toBe('3 4')
    expect(await complete(await turn(1, 2, 4))).toBe(3)
    expect(bounds()).toBe('2 4')
    // As the autoscaler does.
    kubectl(['scale', 'deployment', 'shop-web', '--replicas=3', ...namespace])
    expect(await complete(await turn(2, 2, 4)), 'what it has come to').toBe(3)
    const broken = await turn(3, 1, undefined, '/app/server exit 3')
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect(bounds(), 'is back').toBe('2 4')
    expect(await complete(await turn(2, 2, 4))).toBe(3)
    expect(await complete(await turn(4, 1)), 'a number again').toBe(1)
    expect(bounds()).toBe('')
    expect(await complete(await turn(5, 2)), 'another number').toBe(2)
    const lame = await turn(6, 1, undefined, '/app/server exit 3')
    await expect(lame.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect(await complete(await turn(5, 2)), 'is back').toBe(2)
    expect(await complete(await turn(7, 2, 4)), 'a range again').toBe(2)
    expect(await complete(await turn(7, 0, 4)), 'nothing').toBe(0)
    expect(bounds()).toBe('')
  })
})

const bounds = (): string =>
  kubectl(['get', 'hpa', ...namespace, '--output', 'jsonpath={.items[*].spec.minReplicas} {.items[*].spec.maxReplicas}']).trim()
