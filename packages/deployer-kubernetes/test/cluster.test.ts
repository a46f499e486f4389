/** What a cluster is waited for, told by a clock that is not the machine's. */
import { createServer, type RequestListener } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun } from '@hop3/core'
import { freePort, tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster, type Cluster } from '../src/client/cluster.ts'

test('a cluster that is not there is waited for two seconds, and one that has answered for longer', async () => {
  const waiting = await clusterAt(await freePort())
  await expect(waiting.cluster.ask({ method: 'GET', path: '/version' })).rejects.toMatchObject({
    code: 'environment.kubernetes-unreachable',
  })
  expect(waiting.slept()).toBeLessThan(4_000)
  const port = await serve((_, answer) => answer.writeHead(503).end())
  const busy = await clusterAt(port)
  expect(await busy.cluster.ask({ method: 'GET', path: '/version' })).toMatchObject({ status: 503 })
  expect(busy.slept()).toBeGreaterThan(20_000)
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function clusterAt(port: number): Promise<{ readonly cluster: Cluster; readonly slept: () => number }> {
  const kubeconfig = join(await tempApp(), 'kubeconfig')
  const text = {
    'current-context': 'a',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'a', context: { cluster: 'c' } }],
  }
  await writeFile(kubeconfig, JSON.stringify(text))
  let now = 0
  const clock = { now: () => new Date(now), monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  const access = { env: { KUBECONFIG: kubeconfig }, run: createRun(), signal: new AbortController().signal, clock }
  const cluster = await openCluster(access)
  onTestFinished(() => cluster.close())
  return { cluster, slept: () => now }
}
