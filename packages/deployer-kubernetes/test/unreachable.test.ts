import { createRun } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { writeKubeconfig } from './stand-in-server.ts'

const proxy = 'http://proxy:3128'

test.each([
  [{ HTTPS_PROXY: proxy }, /directly \(`NO_PROXY='\*' kubectl cluster-info`\): .* HTTPS_PROXY /],
  [{ https_proxy: '' }, /reaches it: `kubectl cluster-info`/],
])('a cluster that is not reached says with %j where to look', async (variables, hint) => {
  let now = 0
  const clock = { now: () => new Date(now), monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  const env = { KUBECONFIG: await writeKubeconfig(await tempApp(), 'https://127.0.0.1:1'), ...variables }
  const cluster = await openCluster({ env, run: createRun(), signal: new AbortController().signal, clock })
  onTestFinished(() => cluster.close())
  const failure = { code: 'environment.kubernetes-unreachable', hint: expect.stringMatching(hint) }
  const version = { method: 'GET', path: '/version' } as const
  await expect(cluster.ask(version)).rejects.toMatchObject(failure)
  await expect(cluster.stream(version, () => {}, { what: 'Cannot read', app: 'shop' })).rejects.toMatchObject(failure)
})
