/** What a roll-out waits for and for how long, where that takes minutes or nodes of a cloud. */
import { emptyDeployConfig, isHop3Error } from '@hop3/core'
import { deploymentContextFor, releaseOf, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { watchRollOut } from '../src/watch-roll-out.ts'
import { toldCluster } from './told-cluster.ts'

const scheduler = '0/3 nodes are available: 3 Insufficient cpu.'
const unscheduled = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: scheduler }] }
const waitingFor = (reason: string, message: string) => ({
  phase: 'Pending',
  containerStatuses: [{ restartCount: 0, state: { waiting: { reason, message } } }],
})
const creating = waitingFor('ContainerCreating', '')
const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const evicted = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }
const event = (reason: string) => ({ reason, message: `because of ${reason}`, lastTimestamp: '2026-01-01T00:00:00Z' })

test.each<readonly [string, number, readonly string[], number]>([
  ['as long as an instance may take to start', 4, [], 4],
  ['as long as an instance may take to start', 90, [], 90],
  ['half a minute where the autoscaler has no node for it', 90, ['NotTriggerScaleUp'], 30],
  ['minutes where the autoscaler makes one', 20, ['TriggeredScaleUp'], 445],
  ['minutes where Karpenter makes one, and another autoscaler would not', 20, ['Nominated', 'NotTriggerScaleUp'], 445],
])('a pod waits for a node %s', async (_, patience, reasons, seconds) => {
  const seen = await watched({ pods: () => [unscheduled], patience, events: reasons.map(event) })
  expect(seen).toMatchObject({ code: 'deploy.kubernetes.unschedulable', message: expect.stringContaining(scheduler) })
  expect(Math.round(seen.seconds)).toBe(seconds)
})

test('a node that comes after three minutes is in time', async () => {
  const pods = (seconds: number) => [seconds < 200 ? unscheduled : ready]
  const seen = await watched({ pods, events: [event('TriggeredScaleUp')], isComplete: (seconds) => seconds >= 205 })
  expect(seen.code).toBe('')
  expect(seen.said).toContainEqual(expect.stringMatching(/the cluster makes one: because of TriggeredScaleUp/))
})

const timeout = 'failed to pull and unpack image: dial tcp 10.0.0.1:443: i/o timeout'
test.each<readonly [string, string, string, string]>([
  ['an image', 'ErrImagePull', timeout, 'deploy.kubernetes.pull'],
  ['an image of a busy registry', 'ErrImagePull', 'unexpected status code 429 Too Many Requests', 'deploy.kubernetes.pull'],
  ['a Secret', 'CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition', 'deploy.kubernetes.pod'],
  ['a container', 'CreateContainerError', 'context deadline exceeded', 'deploy.kubernetes.pod'],
])('%s that the node gets at its next try is no failure, and one that it does not get is', async (_, reason, message, code) => {
  const failing = waitingFor(reason, message)
  // What is waited for between two tries says less.
  const pausing = reason === 'ErrImagePull' ? waitingFor('ImagePullBackOff', 'Back-off pulling image "x"') : failing
  const pods = (seconds: number) => [seconds < 2 ? creating : seconds < 4 ? failing : seconds < 30 ? pausing : ready]
  expect(await watched({ pods, isComplete: (seconds) => seconds >= 31 })).toMatchObject({ code: '' })
  const seen = await watched({ pods: (seconds) => [seconds < 4 ? failing : pausing] })
  expect(seen).toMatchObject({ code, message: expect.stringContaining(message) })
  expect(Math.round(seen.seconds)).toBe(45)
})

test.each([
  ['ErrImagePull', 'reference: not found', 'deploy.kubernetes.pull'],
  ['ErrImagePull', 'pull access denied, repository does not exist or may require authorization', 'deploy.kubernetes.pull'],
  ['ErrImageNeverPull', 'is not present with pull policy of Never', 'deploy.kubernetes.pull'],
  ['CreateContainerConfigError', 'container has runAsNonRoot and image will run as root', 'deploy.kubernetes.root'],
  ['RunContainerError', 'exec: "/app/none": stat /app/none: no such file or directory', 'deploy.kubernetes.program'],
])('%s: %s is told at once', async (reason, message, code) => {
  expect(await watched({ pods: () => [waitingFor(reason, message)] })).toMatchObject({ code, seconds: 0 })
})

test('a pod that the node has taken away before is nobody’s, and one that it takes away meanwhile is told', async () => {
  expect(
    await watched({ pods: (seconds) => [evicted, seconds < 5 ? creating : ready], isComplete: (seconds) => seconds >= 5 }),
  ).toMatchObject({
    code: '',
  })
  const ended = { containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 137, reason: 'Error' } } }] }
  const pods = (seconds: number) => (seconds < 5 ? [creating] : [{ ...evicted, ...ended }, creating])
  const seen = await watched({ pods })
  expect(seen).toMatchObject({
    code: 'deploy.kubernetes.pod',
    message: expect.stringMatching(/was taken away: The node was low on resource: memory/),
  })
})

test('a range has the time of as many instances as there are', async () => {
  const seen = await watched({ pods: () => [creating], replicas: 6, count: undefined })
  expect(seen).toMatchObject({ code: 'deploy.kubernetes.deadline' })
  expect(Math.round(seen.seconds)).toBe(120 + 6 * (20 + 5))
})

interface Watched {
  /** Their status, by the second. */
  readonly pods: (seconds: number) => readonly object[]
  readonly isComplete?: (seconds: number) => boolean
  readonly events?: readonly object[]
  readonly patience?: number
  readonly replicas?: number
  readonly count?: number | undefined
}

async function watched(told: Watched) {
  const { pods, isComplete = () => false, events = [], patience = 20, replicas = 1 } = told
  const labels = { 'app.kubernetes.io/component': 'web', 'hop3/generation': '2', 'app.kubernetes.io/version': 'r000002' }
  const { cluster, clock, seconds } = toldCluster((kind, now) => {
    if (kind === 'events') return events
    if (kind === 'pods') return pods(now).map((status, at) => ({ metadata: { name: `pod-${at}`, labels }, status }))
    const there = isComplete(now) ? replicas : 0
    const status = { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: there }
    return [{ metadata: { name: 'shop-web', generation: 1, labels }, spec: { replicas }, status }]
  })
  const host = await testHost()
  const config = { ...emptyDeployConfig, stopTimeout: 5 }
  const context = await deploymentContextFor(host, { release: releaseOf(host, 2), generation: 2, config, clock })
  const where = { app: 'shop', mark: 'home', namespace: 'hop3-shop' }
  const counts = { web: 'count' in told ? told.count : replicas }
  const thrown: unknown = await watchRollOut({ context, cluster, where, counts, patience }).catch((error: unknown) => error)
  if (thrown !== undefined && !isHop3Error(thrown)) throw thrown
  return { code: thrown?.code ?? '', message: thrown?.message ?? '', seconds: seconds(), said: host.events.map(({ text }) => text) }
}
