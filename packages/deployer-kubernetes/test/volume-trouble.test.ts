/** A pod that has a node and waits for its volume there: told by the event that says so, on a clock that is not the machine's. */
import { createRun, emptyDeployConfig, type DeploymentContext } from '@hop3/core'
import { deploymentContextFor, releaseOf, tempApp, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster, type Cluster } from '../src/client/cluster.ts'
import { listPods, podsOf } from '../src/pods.ts'
import { troubleFailure } from '../src/roll-out-failure.ts'
import { watchRollOut } from '../src/watch-roll-out.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const where = { app: 'shop', mark: 'm', namespace: 'hop3-shop' }
const pod = {
  metadata: { name: 'shop-web-1', labels: { 'app.kubernetes.io/component': 'web', 'hop3/generation': '1' } },
  spec: { nodeName: 'n2' },
  status: { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] },
}
const event = (reason: string, message: string, second: number) => ({
  reason,
  message,
  lastTimestamp: `2026-01-01T00:00:0${second}Z`,
})
const attached = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) shop-web-0'
const items: Readonly<Record<string, readonly object[]>> = {
  deployments: [{ metadata: { name: 'shop-web', labels: { 'app.kubernetes.io/component': 'web' } }, spec: { replicas: 1 } }],
  pods: [pod],
  events: [event('Scheduled', 'assigned to n2', 1), event('Pulled', 'is there', 3), event('FailedAttachVolume', attached, 2)],
}

test('in a roll-out that has taken too long', async () => {
  const { context, cluster } = await standIn()
  await expect(watchRollOut({ context, cluster, where, counts: { web: 1 }, patience: 20 })).rejects.toMatchObject({
    code: 'deploy.kubernetes.deadline',
    message: expect.stringContaining(attached),
  })
})

test('and in a command that did not start', async () => {
  const { context, cluster } = await standIn()
  const [found] = await listPods(cluster, where)
  if (found === undefined) throw new Error('There is no pod.')
  const request = { context, cluster, namespace: where.namespace, patience: 20 }
  expect(await troubleFailure(request, { kind: 'pending', pod: found, said: 'ContainerCreating' })).toMatchObject({
    code: 'deploy.kubernetes.pod',
    message: expect.stringContaining(`did not start: ${attached}.`),
  })
})

test.each([
  ['unscheduled', /^No node takes a command of r000001-\w+ \(pod shop-exec-1\): 0\/1 nodes are available\.$/],
  ['evicted', /^A command of r000001-\w+ \(pod shop-exec-1\) was taken away: /],
  ['create', /^A command of r000001-\w+ \(pod shop-exec-1\) cannot be started: /],
] as const)('a command is no worker: %s', async (kind, message) => {
  const { context, cluster } = await standIn()
  const labels = { 'app.kubernetes.io/component': 'exec', 'hop3/one-off': 'exec' }
  const [found] = podsOf([{ metadata: { name: 'shop-exec-1', labels }, status: { phase: 'Pending' } }])
  if (found === undefined) throw new Error('There is no pod.')
  const request = { context, cluster, namespace: where.namespace, patience: 20 }
  expect(await troubleFailure(request, { kind, pod: found, said: '0/1 nodes are available' })).toMatchObject({
    message: expect.stringMatching(message),
  })
})

async function standIn(): Promise<{ readonly context: DeploymentContext; readonly cluster: Cluster }> {
  const server = await standInServer(({ url = '' }, answer) => {
    const plural = /([a-z]+)\?/.exec(url)?.[1] ?? ''
    answer.end(JSON.stringify({ items: items[plural] ?? [] }))
  })
  let now = 0
  const clock = { now: () => new Date(now), monotonic: () => now, sleep: async (milliseconds: number) => void (now += 100 * milliseconds) }
  const host = await testHost()
  const env = { KUBECONFIG: await writeKubeconfig(await tempApp(), server) }
  const context = await deploymentContextFor(host, { release: releaseOf(host, 1), generation: 1, config: emptyDeployConfig, env, clock })
  const cluster = await openCluster({ env, run: createRun(), signal: new AbortController().signal, clock })
  onTestFinished(() => cluster.close())
  return { context, cluster }
}
