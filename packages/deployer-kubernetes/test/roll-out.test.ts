/** The parts of a release, one after the other: visitors see it last. */
import { isHop3Error } from '@hop3/core'
import { describe, expect, inject, test } from 'vitest'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test('visitors meet nothing of a release whose worker does not come up', async () => {
    const first = await stage({ runtime: { workers: { web: '/app/server', worker: '/app/server' } } })
    await first.deployer.deploy()
    const before = shown()
    const next = await stage({
      counter: 2,
      host: first.host,
      runtime: { workers: { web: '/app/server', worker: '/app/server exit 3' } },
      config: { domains: ['shop.example.org'] },
    })
    const error: unknown = await next.deployer.deploy().catch((thrown: unknown) => thrown)
    expect(isHop3Error(error) && error.code).toBe('health.exited')
    expect(shown(), 'neither a pod nor a host name of it').toEqual(before)
  })

  test('what works behind it runs when visitors meet a release', async () => {
    const runtime = { workers: { web: '/app/server', worker: '/app/server', another: '/app/server' } }
    const first = await stage({ runtime })
    await first.deployer.deploy()
    const next = await stage({ counter: 2, host: first.host, runtime })
    const deploying = next.deployer.deploy()
    await expect.poll(() => generations()['shop-web'], { timeout: 60_000 }).toBe('2')
    const pods = ['get', 'pods', '--namespace', 'hop3-shop', '--selector', 'app.kubernetes.io/component in (worker, another)']
    const behind = kubectl([
      ...pods,
      '--output',
      'jsonpath={range .items[*]}{.metadata.labels.hop3/generation} {.status.phase}{"\\n"}{end}',
    ])
    expect(behind.split('\n').filter((line) => line.startsWith('2 '))).toEqual(['2 Running', '2 Running'])
    await deploying
  })
})

/** Of what leads visitors to the app: every change counts one more. */
const shown = (): readonly string[] =>
  kubectl([
    'get',
    'deployments,services,ingresses',
    '--selector',
    'app.kubernetes.io/component=web',
    '--namespace',
    'hop3-shop',
    '--output',
    'jsonpath={range .items[*]}{.kind} {.metadata.uid} {.metadata.generation}{"\\n"}{end}',
  ]).split('\n')

function generations(): Readonly<Record<string, string>> {
  const columns = 'jsonpath={range .items[*]}{.metadata.name} {.metadata.labels.hop3/generation}{"\\n"}{end}'
  const lines = kubectl(['get', 'deployments', '--namespace', 'hop3-shop', '--output', columns]).trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split(' ')))
}
