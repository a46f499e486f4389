import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isObject } from '@hop3/core/json'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { formatDocument } from '../src/document.ts'
import type { ServiceInput } from '../src/service.ts'
import { listeningCheck } from '../src/swarm/listening-check.ts'
import { secretNames } from '../src/swarm/secret-names.ts'
import { stackDocument, withReplicas } from '../src/swarm/stack-document.ts'
import { serviceKey, stackName } from '../src/swarm/stack-names.ts'
import { flavors, isSkipped } from './test-images.ts'

const environment = { A: '$x ${HOME} $$ "\'', B: 'yes', C: '1e3', D: '{{.Service.Name}} {{{', E2: 'a\u0085b\u2028c😀', E: '' }
const input: ServiceInput = {
  wanted: {
    app: 'shop',
    worker: 'web',
    ordinal: 1,
    release: 'r000001-1f3a9c2e',
    generation: 7,
    project: 'p',
    service: 'web',
    kind: 'web',
    command: '',
  },
  mark: 'm',
  image: `sha256:${'0'.repeat(64)}`,
  argv: ['/server', '$HOME', ''],
  workingDir: '/app',
  environment,
  port: { host: 20_001, container: 8080 },
  mounts: [{ source: '/data', target: '/hop3/data' }],
  limits: { memory: '64m' },
  secrets: ['KEY'],
  stopTimeout: 5,
  logSize: '10m',
}
const request = {
  stack: 'hop3-shop-1',
  network: 'hop3-shop-1-app',
  workers: [{ input, replicas: 2 }],
  onlyNode: undefined,
  gated: { canCheck: true, bootSeconds: 1, patience: 30 },
}

test.skipIf(flavors.every(isSkipped))('docker stack reads the document as it is meant, whatever the values hold', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-stack-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const document = withReplicas(stackDocument({ ...request, secrets: { KEY: 'hop3-shop-1_0a1b' } }), { web: 3 })
  await writeFile(join(directory, 'stack.json'), formatDocument(document))
  const text = execFileSync('docker', ['stack', 'config', '--compose-file', 'stack.json'], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  const read: unknown = parse(text)
  const services: unknown = isObject(read) ? read['services'] : undefined
  expect(services).toMatchObject({
    web: {
      environment: { ...environment, D: '{{"{{"}}.Service.Name}} {{"{{"}}{' },
      entrypoint: ['/server'],
      command: ['$HOME', ''],
      healthcheck: { test: ['CMD-SHELL', listeningCheck(8080)] },
      deploy: { replicas: 3, endpoint_mode: 'dnsrr', update_config: { order: 'start-first', failure_action: 'rollback' } },
    },
  })
})

test('another value of a secret is another secret, whose name says nothing of it to who does not have the home', async () => {
  const homes = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'hop3-secrets-'))))
  onTestFinished(async () => void (await Promise.all(homes.map((home) => rm(home, { recursive: true })))))
  const namesOf = async (value: string, home = homes[0] ?? '') =>
    secretNames({ appEnv: { KEY: value }, directories: { home, run: '', logs: '', data: '', volumes: '' } }, request.stack, [input])
  const [a, again, b, elsewhere] = [await namesOf('a'), await namesOf('a'), await namesOf('b'), await namesOf('a', homes[1])]
  expect(again).toEqual(a)
  expect(new Set([a, b, elsewhere].map((one) => one['KEY']))).toHaveProperty('size', 3)
})

test('a cron worker never runs twice', () => {
  const cron = { ...input, wanted: { ...input.wanted, worker: 'cron', service: 'cron', kind: 'cron' as const }, port: undefined }
  const { services } = stackDocument({ ...request, workers: [{ input: cron, replicas: 1 }], secrets: {} })
  expect(services['cron']?.deploy).toMatchObject({ update_config: { order: 'stop-first' } })
})

test('names fit the swarm, however long those of the app and its workers are', () => {
  const directories = { home: '/h', run: '/r', logs: '/l', data: '/d', volumes: '/v' }
  const names = [`a${'b'.repeat(62)}`, `a${'b'.repeat(61)}c`].map((appName) => stackName({ appName, directories }))
  expect(new Set(names).size).toBe(2)
  for (const name of names) expect(`${name}_${serviceKey('W'.repeat(63))}`).toMatch(/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/)
})

test.each([
  ['0.0.0.0', 0],
  ['::', 0],
  ['127.0.0.1', 1],
  ['::1', 1],
])('a shell tells whether somebody listens where others come: %s', async (address, code) => {
  const server = createServer().listen(0, address)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const place = server.address()
  if (place === null || typeof place === 'string') throw new Error('no port')
  expect(spawnSync('/bin/sh', ['-c', listeningCheck(place.port)]).status).toBe(code)
})
