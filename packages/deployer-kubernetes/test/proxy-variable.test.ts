import { createRun } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { proxyVariable } from '../src/client/proxy-variable.ts'
import { writeKubeconfig } from './stand-in-server.ts'

const proxy = 'http://proxy:3128'

test.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
  ['https://k8s.example.com:6443', {}, undefined],
  ['https://k8s.example.com:6443', { HTTPS_PROXY: '' }, undefined],
  ['https://k8s.example.com:6443', { HTTP_PROXY: proxy, ALL_PROXY: proxy }, undefined],
  ['https://k8s.example.com:6443', { HTTPS_PROXY: proxy, https_proxy: proxy }, 'HTTPS_PROXY'],
  ['https://k8s.example.com:6443', { https_proxy: proxy }, 'https_proxy'],
  ['http://k8s.example.com', { http_proxy: proxy }, 'http_proxy'],
  ['https://localhost:6443', { HTTPS_PROXY: proxy }, undefined],
  ['https://127.0.0.2:6443', { HTTPS_PROXY: proxy }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY: proxy }, undefined],
  ['https://[fd00::1]:6443', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
])('of %s with %j it is %s', (server, env, name) => {
  expect(proxyVariable(new URL(server), env)).toBe(name)
})

test.each([
  ['k8s.example.com', true],
  ['example.com', true],
  ['xample.com', false],
  ['a.k8s.example.com', false],
  ['.example.com', true],
  ['.k8s.example.com', false],
  ['*.example.com', true],
  ['*', true],
  ['other, K8S.example.com:6443', true],
  ['k8s.example.com:443', false],
  ['', false],
])('NO_PROXY=%s leaves out a host: %s', (except, isLeftOut) => {
  const env = { HTTPS_PROXY: proxy, no_proxy: except }
  expect(proxyVariable(new URL('https://k8s.example.com:6443'), env)).toBe(isLeftOut ? undefined : 'HTTPS_PROXY')
})

test.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.3:443', false],
  ['10.1.2.3', '192.168.0.0/16', false],
  ['10.1.2.3', '10.0.0.0/99', false],
  ['10.1.2.3', 'fd00::/8', false],
  ['[fd00::1]', 'fd00::/8', true],
  ['[fd00::1]', 'fd00::1', true],
  ['[fd00::1]', '[fd00::1]:6443', true],
])('%s with NO_PROXY=%s is left out: %s', (host, except, isLeftOut) => {
  const env = { HTTPS_PROXY: proxy, NO_PROXY: except }
  expect(proxyVariable(new URL(`https://${host}:6443`), env)).toBe(isLeftOut ? undefined : 'HTTPS_PROXY')
})

test.each([
  [{ HTTPS_PROXY: proxy }, /directly \(`NO_PROXY='\*' kubectl cluster-info`\): .* HTTPS_PROXY /],
  [{ HTTPS_PROXY: proxy, NO_PROXY: '0.0.0.0' }, /reaches it: `kubectl cluster-info`/],
])('a cluster that is not reached says with %j where to look', async (variables, hint) => {
  let now = 0
  const clock = { now: () => new Date(now), monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  // No address of a loopback, and nobody listens there.
  const env = { KUBECONFIG: await writeKubeconfig(await tempApp(), 'https://0.0.0.0:1'), ...variables }
  const cluster = await openCluster({ env, run: createRun(), signal: new AbortController().signal, clock })
  onTestFinished(() => cluster.close())
  const failure = { code: 'environment.kubernetes-unreachable', hint: expect.stringMatching(hint) }
  const version = { method: 'GET', path: '/version' } as const
  await expect(cluster.ask(version)).rejects.toMatchObject(failure)
  await expect(cluster.stream(version, () => {}, { what: 'Cannot read', app: 'shop' })).rejects.toMatchObject(failure)
})
