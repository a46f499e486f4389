/** What leads visitors to the pods is removed by somebody else. */
import { rm } from 'node:fs/promises'
import { describe, expect, inject, test } from 'vitest'
import { readPlace, rootOf } from '../src/place.ts'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test.each([
    ['Service', 'service'],
    ['Ingress', 'ingress'],
  ])('a %s that is gone is told of, and the next deploy brings it back', async (kind, resource) => {
    const { deployer } = await stage({ config: { domains: ['shop.example.org'] } })
    await deployer.deploy()
    const seen = async () => [await deployer.outage?.(), (await deployer.statusOfAll?.())?.outageOf?.('shop')]
    expect(await seen()).toEqual([undefined, undefined])
    kubectl(['delete', resource, 'shop', '--namespace', 'hop3-shop'])
    const said = `the ${kind} shop of shop is gone from the namespace hop3-shop`
    expect(await seen()).toEqual([said, said])
    await deployer.deploy()
    expect(await seen()).toEqual([undefined, undefined])
  })

  test('a Service that somebody has made anew, with another port, is told of until the switch has been made', async () => {
    const { deployer, context } = await stage()
    await deployer.deploy()
    await deployer.retire?.()
    expect(await deployer.outage?.()).toBeUndefined()
    kubectl(['delete', 'service', 'shop', '--namespace', 'hop3-shop'])
    const { address, port } = await deployer.deploy()
    // As soon as the address is said, it leads somewhere.
    expect((await fetch(`http://${address}:${port}/`)).status).toBe(200)
    expect(await deployer.outage?.()).toMatch(/the Service shop of shop has another port/)
    const { nodePort } = (await readPlace(context)) ?? {}
    await deployer.retire?.()
    expect(await deployer.outage?.()).toBeUndefined()
    expect([nodePort, (await readPlace(context))?.nodePort]).toEqual([expect.any(Number), port])
  })

  test('nothing is missed of an app that is stopped, or was deployed from somewhere else', async () => {
    const { deployer, context } = await stage()
    await deployer.deploy()
    await rm(`${rootOf(context)}/generations`, { recursive: true })
    kubectl(['delete', 'service', 'shop', '--namespace', 'hop3-shop'])
    expect(await deployer.outage?.()).toBeUndefined()
    await deployer.stop()
    expect(await deployer.outage?.()).toBeUndefined()
  })
})
