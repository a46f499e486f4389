/** A credential plugin of a kubeconfig: a program that counts how often it is asked. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun, type DeploymentContext } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openCluster, type Cluster } from '../src/client/cluster.ts'
import { stage } from './staged.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const skipped = inject('skipped')
const version = { method: 'GET', path: '/version' } as const

test('is asked once for all clusters a command opens, and by another command again', async () => {
  const { open, asked } = await plugin()
  const run = createRun()
  const clusters = await Promise.all([open({ run }), open({ run }), open({ run })])
  for (const cluster of [...clusters, await open({ run })])
    expect(await cluster.ask(version)).toMatchObject({ status: 200, body: { token: 't1' } })
  expect(await asked()).toBe(1)
  expect(await (await open({})).ask(version)).toMatchObject({ body: { token: 't2' } })
})

test('is asked again before what it has said ends, by one of all who ask then', async () => {
  const { open, asked, clock } = await plugin({ expires: '2030-01-01T00:10:00Z' })
  const cluster = await open({})
  clock.set('2030-01-01T00:09:20Z')
  expect(await cluster.ask(version)).toMatchObject({ body: { token: 't1' } })
  expect(await asked()).toBe(1)
  clock.set('2030-01-01T00:09:40Z')
  const answers = await Promise.all([1, 2, 3, 4].map(() => cluster.ask(version)))
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 4 }, () => ({ token: 't2' })))
  expect(await asked()).toBe(2)
})

test('what has ended before it came is kept until the server refuses it', async () => {
  const { open, asked } = await plugin({ expires: '2029-12-31T23:59:00Z' })
  const cluster = await open({})
  for (let round = 0; round < 3; round += 1) expect(await cluster.ask(version)).toMatchObject({ status: 200 })
  expect(await asked()).toBe(1)
})

test('is asked anew, once, where the server does not know who asks', async () => {
  const { open, asked, refuse } = await plugin()
  const cluster = await open({})
  expect(await cluster.ask(version)).toMatchObject({ body: { token: 't1' } })
  refuse('t1')
  const answers = await Promise.all([1, 2, 3].map(() => cluster.ask(version)))
  expect(answers).toEqual(Array.from({ length: 3 }, () => ({ status: 200, body: { token: 't2' } })))
  const lines: string[] = []
  refuse('t2')
  await cluster.stream(version, (chunk) => lines.push(chunk.toString()), { what: 'Cannot read', app: 'shop' })
  expect(lines).toEqual(['{"token":"t3"}'])
  expect(await asked()).toBe(3)
  refuse('t3', 't4')
  const attempt = { what: 'Cannot list the pods', app: 'shop' }
  await expect(cluster.expect(version, [200], attempt)).rejects.toMatchObject({ code: 'environment.kubernetes-login', class: 'retry' })
  await expect(cluster.expect(version, [200], attempt)).rejects.toMatchObject({ code: 'environment.kubernetes-login' })
  expect(await asked(), 'it has nothing better').toBe(4)
})

test('sees whose account it is, before that what the kubeconfig says, and begins where the command does, as with kubectl', async () => {
  const { open, say } = await plugin()
  await say(`echo "{\\"status\\":{\\"token\\":\\"$AWS_ACCESS_KEY_ID $AWS_PROFILE $(pwd)\\"}}"`)
  const cluster = await open({ loginEnv: { AWS_ACCESS_KEY_ID: 'id', AWS_PROFILE: 'another' } })
  expect(await cluster.ask(version)).toMatchObject({ body: { token: `id prod ${process.cwd()}` } })
})

test.each([
  ['does not let anybody in', 'echo "no session" >&2; exit 3', /ended with 3: "no session"/],
  ['says nothing of use', 'echo \'{"status":{}}\'', /has brought no token and no certificate/],
])('one that %s is an error, and so it is where it does so later', async (_, script, said) => {
  const { open, clock, say } = await plugin({ expires: '2030-01-01T00:10:00Z' })
  const cluster = await open({})
  await say(script)
  clock.set('2030-01-01T01:00:00Z')
  const failure = { code: 'environment.kubernetes-login', message: expect.stringMatching(said) }
  await expect(cluster.ask(version)).rejects.toMatchObject(failure)
  await expect(open({})).rejects.toMatchObject(failure)
})

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test('lets a command in that asks it once, and what it says is in no file', async () => {
    const { kubeconfig, asked, say } = await plugin({ of: inject('kubernetes').kubeconfig })
    await say(`echo '{"kind":"ExecCredential","status":{"token":"admin"}}'`)
    const { deployer, host } = await stage({ context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig } } })
    await deployer.deploy()
    await deployer.retire?.()
    expect(await deployer.status()).toHaveLength(1)
    expect(await asked()).toBe(1)
    const files = (await readdir(host.home, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    expect(files.map(({ name }) => name)).toContain('place.json')
    for (const { parentPath, name } of files) expect(await readFile(join(parentPath, name), 'utf8')).not.toContain('admin')
  })
})

interface PluginRequest {
  readonly expires?: string
  /** Of a real cluster. Absent: a server that says which token it was given. */
  readonly of?: string
}

/** It says `t1`, then `t2`, and so on. */
async function plugin({ expires, of }: PluginRequest = {}) {
  const directory = await tempApp()
  const refused = new Set<string>()
  const count = join(directory, 'count')
  await writeFile(count, '')
  const say = (script: string): Promise<void> =>
    writeFile(join(directory, 'login'), `#!/bin/sh\necho asked >>${count}\n${script}\n`, { mode: 0o755 })
  const status = `{\\"token\\":\\"t$(wc -l <${count} | tr -d ' ')\\"${expires === undefined ? '' : `,\\"expirationTimestamp\\":\\"${expires}\\"`}}`
  await say(`echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":${status}}"`)
  const server = await standInServer((request, answer) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    if (refused.has(token)) answer.writeHead(401).end('{"message":"Unauthorized"}')
    else answer.end(JSON.stringify({ token }))
  })
  const kubeconfig = of === undefined ? await writeKubeconfig(directory, server) : join(directory, 'kubeconfig')
  const apiVersion = 'client.authentication.k8s.io/v1'
  const user = JSON.stringify({
    exec: { apiVersion, command: './login', interactiveMode: 'Never', env: [{ name: 'AWS_PROFILE', value: 'prod' }] },
  })
  const text = await readFile(of ?? kubeconfig, 'utf8')
  const own = text
    .replace('"context":{"cluster":"c"}', '"context":{"cluster":"c","user":"u"}')
    .replace(/}$/, `,"users":[{"name":"u","user":${user}}]}`)
  await writeFile(kubeconfig, of === undefined ? own : text.replace('{ token: admin }', user))
  let now = Date.parse('2030-01-01T00:00:00Z')
  const clock = {
    now: () => new Date(now),
    monotonic: () => 0,
    sleep: async () => {},
    set: (text: string) => void (now = Date.parse(text)),
  }
  const open = async ({ run = createRun(), loginEnv = {} }: Partial<Pick<DeploymentContext, 'run' | 'loginEnv'>>): Promise<Cluster> => {
    const env = { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] ?? '' }
    const cluster = await openCluster({ env, loginEnv, run, signal: new AbortController().signal, clock })
    onTestFinished(() => cluster.close())
    return cluster
  }
  return {
    directory,
    kubeconfig,
    open,
    clock,
    say,
    refuse: (...tokens: readonly string[]) => tokens.forEach((token) => refused.add(token)),
    asked: async () => (await readFile(count, 'utf8')).split('\n').length - 1,
  }
}
