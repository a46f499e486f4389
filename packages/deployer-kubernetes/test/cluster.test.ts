/** What a cluster is waited for, told by a clock that is not the machine's. */
import type { RequestListener } from 'node:http'
import { createRun, isHop3Error } from '@hop3/core'
import { freePort, tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster, type Cluster } from '../src/client/cluster.ts'
import { kinds } from '../src/objects/kinds.ts'
import { listSelected } from '../src/own-objects.ts'
import { readPodLog } from '../src/pod-logs.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

test('a cluster that is not there is waited for two seconds, and one that has answered for longer', async () => {
  const waiting = await clusterAt(`http://127.0.0.1:${await freePort()}`)
  await expect(waiting.cluster.ask({ method: 'GET', path: '/version' })).rejects.toMatchObject({
    code: 'environment.kubernetes-unreachable',
  })
  expect(waiting.slept()).toBeLessThan(4_000)
  const server = await standInServer((_, answer) => answer.writeHead(503).end())
  const busy = await clusterAt(server)
  expect(await busy.cluster.ask({ method: 'GET', path: '/version' })).toMatchObject({ status: 503 })
  expect(busy.slept()).toBeGreaterThan(20_000)
})

test('what a pod prints comes in lines, however the bytes come', async () => {
  const server = await standInServer((_, answer) => {
    answer.write('one\r\ntw')
    answer.end(`\nan end${'x'.repeat(70_000)}`)
  })
  const { cluster } = await clusterAt(server)
  const lines: string[] = []
  await readPodLog(cluster, { app: 'shop', namespace: 'shop', pod: 'shop-web-1', onLine: (line) => lines.push(line) })
  expect(lines.slice(0, 2)).toEqual(['one', 'tw'])
  // Of a line that never ends, as many pieces as it takes.
  expect(lines.length).toBe(4)
  expect(lines.join('')).toMatch(/an endx{70000}$/)
})

test.each<readonly [string, RequestListener, string]>([
  ['refused', (_, answer) => answer.writeHead(403).end('{"message":"pods is forbidden"}'), 'deploy.kubernetes.forbidden'],
  ['not for who asks', (_, answer) => answer.writeHead(401).end('{"message":"Unauthorized"}'), 'environment.kubernetes-login'],
  ['not to be had', (_, answer) => answer.writeHead(500).end('the node is away'), 'deploy.kubernetes.refused'],
  ['not answered', (request) => request.socket.destroy(), 'environment.kubernetes-unreachable'],
  ['broken off', (_, answer) => void answer.write('a line\n', () => answer.destroy()), 'environment.kubernetes-unreachable'],
])('a log that is %s is an error', async (_, listener, code) => {
  const { cluster } = await clusterAt(await standInServer(listener))
  const reading = readPodLog(cluster, { app: 'shop', namespace: 'shop', pod: 'shop-web-1', onLine: () => {} })
  await expect(reading).rejects.toMatchObject({ code })
})

test('a pod that has gone has printed nothing', async () => {
  const { cluster } = await clusterAt(await standInServer((_, answer) => answer.writeHead(404).end('{"message":"not found"}')))
  const lines: string[] = []
  await readPodLog(cluster, { app: 'shop', namespace: 'shop', pod: 'shop-web-1', onLine: (line) => lines.push(line) })
  expect(lines).toEqual([])
})

test.each<readonly [string, number, string, boolean]>([
  ['an object', 200, '{"items":[]}', true],
  ['what is not there', 404, '{"kind":"Status","message":"not found"}', true],
  ['a group it does not know', 404, '404 page not found\n', true],
  ['nothing', 404, '', false],
  ['a page', 404, '<html>Not Found</html>', false],
  ['JSON of something else', 404, '{"message":"no Route matched"}', false],
  ['a page that is there', 200, '<html>Welcome</html>', false],
])('who answers with %s is told from an API server', async (_, status, body, isOne) => {
  const { cluster } = await clusterAt(await standInServer((__, answer) => answer.writeHead(status).end(body)))
  const asked = listSelected(cluster, kinds.pod, { app: 'shop', namespace: 'shop', selector: '' }).then(
    () => true,
    (error: unknown) => isHop3Error(error) && error.code !== 'environment.kubernetes-unreachable',
  )
  expect(await asked).toBe(isOne)
})

async function clusterAt(server: string): Promise<{ readonly cluster: Cluster; readonly slept: () => number }> {
  const kubeconfig = await writeKubeconfig(await tempApp(), server)
  let now = 0
  const clock = { now: () => new Date(now), monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  const access = { env: { KUBECONFIG: kubeconfig }, run: createRun(), signal: new AbortController().signal, clock }
  const cluster = await openCluster(access)
  onTestFinished(() => cluster.close())
  return { cluster, slept: () => now }
}
