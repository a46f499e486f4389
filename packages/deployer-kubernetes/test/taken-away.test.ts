/** A pod that its node has ended for good stays with the cluster for as long as that likes, and is no instance any more. */
import { describe, expect, inject, test } from 'vitest'
import { podsOf, withOrdinals } from '../src/pods.ts'
import { kubectl } from './host-volume.ts'
import { failedUndoings, stage } from './staged.ts'

const skipped = inject('skipped')
const namespace = ['--namespace', 'hop3-shop']

test('it has no ordinal', () => {
  const pod = (name: string, phase: string) => ({ metadata: { name, creationTimestamp: name, labels: {} }, status: { phase } })
  const pods = podsOf([pod('1', 'Failed'), pod('2', 'Running'), pod('3', 'Succeeded'), pod('4', 'Pending')])
  expect(withOrdinals(pods).map((one) => [one.pod.name, one.ordinal])).toEqual([
    ['2', 1],
    ['4', 2],
  ])
})

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, () => {
  test('what is left of it is neither told, nor waited for, nor in the way of what comes', async () => {
    const first = await stage()
    await first.deployer.deploy()
    const [gone] = podNames()
    takeAway(gone ?? '')
    await expect.poll(() => phaseOf(gone ?? ''), { timeout: 60_000 }).toBe('Failed')
    await expect.poll(() => first.deployer.status(), { timeout: 60_000 }).toMatchObject([{ worker: 'web', ordinal: 1, state: 'running' }])

    await first.deployer.scale({ web: 1 })
    expect(await first.deployer.status()).toMatchObject([{ state: 'running' }, { state: 'running' }])
    const broken = await stage({ counter: 2, host: first.host, runtime: { workers: { web: '/app/server exit 3' } } })
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect(failedUndoings(first.host)).toEqual([])
    expect(phaseOf(gone ?? ''), 'is there yet').toBe('Failed')
    await first.deployer.stop()
  })

  test('that it is taken away while it starts is told', async () => {
    const { deployer } = await stage({ runtime: { workers: { web: 'sleep 60; exec /app/server' }, healthcheckTimeout: 90 } })
    const failing = deployer.deploy().catch((error: unknown) => error)
    await expect.poll(() => podNames().map(phaseOf), { timeout: 60_000 }).toEqual(['Running'])
    takeAway(podNames()[0] ?? '')
    expect(await failing).toMatchObject({ code: 'deploy.kubernetes.pod', message: expect.stringContaining('was taken away') })
  })
})

/** As a node does that comes to have too little of something: it ends the pod, and the cluster makes another. */
function takeAway(pod: string): void {
  kubectl(['patch', 'pod', pod, ...namespace, '--type=merge', '--patch', '{"spec":{"activeDeadlineSeconds":1}}'])
}

const phaseOf = (pod: string): string =>
  kubectl(['get', 'pod', pod, ...namespace, '--ignore-not-found', '--output', 'jsonpath={.status.phase}'])

function podNames(): readonly string[] {
  const said = kubectl(['get', 'pods', ...namespace, '--selector', 'app.kubernetes.io/component=web', '--output', 'name'])
  return said.split('\n').flatMap((line) => (line === '' ? [] : [line.replace('pod/', '')]))
}
