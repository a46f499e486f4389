import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun, systemClock } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { readCredentials } from '../src/client/credentials.ts'
import { chooseCluster } from '../src/client/kubeconfig.ts'

const config = (name: string, more = ''): string => `
apiVersion: v1
clusters: [{ name: ${name}, cluster: { server: 'https://${name}.example.com' } }]
users: [{ name: ${name}, user: { token: of-${name} } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name}, namespace: in-${name} } }]
${more}`

test('finds what kubectl finds: the first file that says something wins', async () => {
  const directory = await tempApp()
  const [one, two] = [join(directory, 'one'), join(directory, 'two')]
  await writeFile(one, config('a'))
  await writeFile(two, config('b', 'current-context: b'))
  const env = { KUBECONFIG: `${one}:${two}:${join(directory, 'none')}` }
  expect(await chooseCluster({ env }, {})).toMatchObject({ context: 'b', namespace: 'in-b', cluster: { server: 'https://b.example.com' } })
  expect(await chooseCluster({ env }, { context: 'a' })).toMatchObject({ context: 'a', user: { token: 'of-a' } })
  expect(await chooseCluster({ env }, { pinned: 'a' })).toMatchObject({ context: 'a' })
  await expect(chooseCluster({ env }, { context: 'b', pinned: 'a' })).rejects.toMatchObject({ code: 'deploy.kubernetes.context' })
  await expect(chooseCluster({ env }, { context: 'bb' })).rejects.toMatchObject({
    code: 'environment.kubeconfig',
    hint: expect.stringContaining('a'),
  })
})

test('looks in ~/.kube/config, and says so where it is not', async () => {
  const home = await tempApp()
  await expect(chooseCluster({ env: { HOME: home } }, {})).rejects.toMatchObject({ message: expect.stringContaining('.kube/config') })
  await mkdir(join(home, '.kube'))
  await writeFile(join(home, '.kube/config'), config('a'))
  await expect(chooseCluster({ env: { HOME: home } }, {})).rejects.toMatchObject({ message: expect.stringContaining('no current context') })
})

test('what keeps a cluster from being asked may pass: nothing that was begun there is finished by it', async () => {
  const home = await tempApp()
  const access = { env: { HOME: home }, run: createRun(), signal: new AbortController().signal, clock: systemClock }
  await expect(openCluster(access)).rejects.toMatchObject({ code: 'environment.kubeconfig', class: 'retry' })
  await mkdir(join(home, '.kube'))
  await writeFile(join(home, '.kube/config'), config('a', 'current-context: a'))
  await expect(openCluster(access, { context: 'a', pinned: 'b' })).rejects.toMatchObject({
    code: 'deploy.kubernetes.context',
    class: 'retry',
  })
  const login = `users: [{ name: a, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: 'false' } } }]\ncurrent-context: a`
  await writeFile(join(home, '.kube/config'), config('a').replace(/users:.*/, login))
  await expect(openCluster({ ...access, env: { ...access.env, PATH: process.env['PATH'] ?? '' } })).rejects.toMatchObject({
    code: 'environment.kubernetes-login',
    class: 'retry',
  })
})

test('asks a credential plugin, with its variables', async () => {
  const directory = await tempApp()
  await writeFile(
    join(directory, 'login'),
    '#!/bin/sh\necho "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$MARK-$1\\"}}"\n',
    { mode: 0o755 },
  )
  const user = `users: [{ name: p, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [x], env: [{ name: MARK, value: m }] } } }]`
  await writeFile(
    join(directory, 'config'),
    `${config('a')
      .replace(/users:.*/, user)
      .replace('user: a', 'user: p')}\ncurrent-context: a\n`,
  )
  const env = { KUBECONFIG: join(directory, 'config'), PATH: process.env['PATH'] ?? '' }
  const choice = await chooseCluster({ env }, {})
  const access = { env, run: createRun(), signal: new AbortController().signal, clock: systemClock }
  expect((await readCredentials(choice, access)).authorization).toBe('Bearer m-x')
})
