/** A pod that ends while it answers, on the real cluster: what is under way is answered, whoever has started the program. */
import type { RuntimeConfig } from '@hop3/core'
import { describe, expect, inject, test } from 'vitest'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test.each<[string, RuntimeConfig['workers'], Readonly<Record<string, unknown>>]>([
    ['the image itself', { web: '' }, {}],
    ['its words', { web: '/app/server' }, { workers_argv: { web: ['/app/server'] } }],
    ['a shell', { web: '/app/server' }, {}],
    ['a shell of a shell', { web: 'sh -c "/app/server; true" && true' }, {}],
  ])('by %s', async (_, workers, metadata) => {
    const { deployer } = await stage({ runtime: { workers }, metadata, options: { 'drain-delay': 0 } })
    const { address, port } = await deployer.deploy()
    const asked = fetch(`http://${address}:${port}/slow?for=3s`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    kubectl(['delete', 'pods', '--all', '--namespace', 'hop3-shop', '--wait=false'])
    expect((await asked).status).toBe(200)
  })
})
