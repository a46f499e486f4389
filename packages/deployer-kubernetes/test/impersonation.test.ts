/** A kubeconfig whose user acts as somebody else: asked with the rights of that one, or not at all. */
import { createRun, systemClock } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { tempApp } from '@hop3/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { withCluster } from '../src/client/cluster.ts'
import type { Answer, Question } from '../src/client/request.ts'
import { kubectl } from './host-volume.ts'
import { kubeconfigOf } from './kubeconfig-of.ts'
import { stage } from './staged.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const skipped = inject('skipped')
const onCluster = `on a cluster${skipped === '' ? '' : ` (${skipped})`}`

const whole = {
  as: 'Zoë',
  'as-uid': '17',
  'as-groups': ['developers', 'night shift'],
  'as-user-extra': { 'example.com/scopes(all)': ['view', 'edit'] },
}

test('every request says as whom', async () => {
  const seen: string[][] = []
  const server = await standInServer((request, answer) => {
    seen.push(request.rawHeaders)
    answer.end('{}')
  })
  await ask(await kubeconfigOf(await writeKubeconfig(await tempApp(), server), whole))
  const [headers = []] = seen
  const pairs = headers.flatMap((name, at) => (/^impersonate/i.test(name) && at % 2 === 0 ? [[name, headers[at + 1]]] : []))
  expect(pairs).toEqual([
    ['Impersonate-User', Buffer.from('Zoë').toString('latin1')],
    ['Impersonate-Uid', '17'],
    ['Impersonate-Group', 'developers'],
    ['Impersonate-Group', 'night shift'],
    ['Impersonate-Extra-example.com%2Fscopes%28all%29', 'view'],
    ['Impersonate-Extra-example.com%2Fscopes%28all%29', 'edit'],
  ])
})

test.each<readonly [object, RegExp]>([
  [{ as: ['a', 'b'] }, /as that is no name/],
  [{ as: 'a\nb' }, /as that is no name/],
  [{ as: 'a', 'as-groups': 'developers' }, /as-groups that is no list/],
  [{ as: 'a', 'as-groups': [1] }, /as-groups that is no name/],
  [{ as: 'a', 'as-user-extra': { scopes: 'view' } }, /as-user-extra "scopes" that is no list/],
  [{ 'as-groups': ['developers'] }, /no user they are of/],
  [{ as: '', 'as-uid': '17' }, /no user they are of/],
])('%j is refused before anything is asked', async (user, message) => {
  const path = await kubeconfigOf(await writeKubeconfig(await tempApp(), 'http://127.0.0.1:9/'), user)
  await expect(ask(path)).rejects.toMatchObject({ code: 'environment.kubeconfig', message: expect.stringMatching(message) })
})

test.skipIf(skipped !== '')(`an administrator who acts as another is that one, ${onCluster}`, { timeout: 60_000 }, async () => {
  const { body } = await ask(await kubeconfigOf(inject('kubernetes').kubeconfig, whole), {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  })
  expect(isObject(body) ? body['status'] : body).toMatchObject({
    userInfo: {
      username: 'Zoë',
      uid: '17',
      groups: expect.arrayContaining(['developers', 'night shift']),
      extra: { 'example.com/scopes(all)': ['view', 'edit'] },
    },
  })
})

test.skipIf(skipped !== '')(`and may do no more than that one, ${onCluster}`, { timeout: 60_000 }, async () => {
  const { kubeconfig } = inject('kubernetes')
  kubectl(['create', 'clusterrole', 'hop3-test-lister', '--verb=list', '--resource=deployments,secrets'])
  kubectl(['create', 'clusterrolebinding', 'hop3-test-lister', '--clusterrole=hop3-test-lister', '--user=limited'])
  onTestFinished(() => void kubectl(['delete', 'clusterrole,clusterrolebinding', 'hop3-test-lister']))
  const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: await kubeconfigOf(kubeconfig, { as: 'limited' }) }
  const { deployer } = await stage({ context: { env } })
  await expect(deployer.deploy()).rejects.toMatchObject({
    code: 'deploy.kubernetes.forbidden',
    message: expect.stringMatching(/Nothing was changed[^]*create deployments[^]*get namespaces[^]*create namespaces/),
  })
})

async function ask(kubeconfig: string, question: Question = { method: 'GET', path: '/version' }): Promise<Answer> {
  const access = {
    env: { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] ?? '' },
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
  }
  return withCluster(access, {}, (cluster) => cluster.ask(question))
}
