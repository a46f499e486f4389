/** Rights are read from one answer where that has them all, and asked for one by one where it has not. */
import { createRun } from '@hop3/core'
import { testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { missingRights, type Right } from '../src/rights-review.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const right = (verb: string, resource: string, more: Partial<Right> = {}): Right => ({
  verb,
  group: '',
  resource,
  namespace: 'shop',
  ...more,
})
const all = [right('list', 'pods'), right('get', 'pods', { part: 'log' }), right('patch', 'deployments', { group: 'apps' })]
const rule = (verbs: readonly string[], apiGroups: readonly string[], resources: readonly string[], more: object = {}) => ({
  verbs,
  apiGroups,
  resources,
  ...more,
})
const edit = [rule(['get', 'list'], [''], ['pods', 'pods/log']), rule(['*'], ['apps'], ['deployments'])]

test.each([
  ['all are there', edit, false, all, [], 0],
  ['of an administrator', [rule(['*'], ['*'], ['*'])], false, all, [], 0],
  ['of any log', [...edit.slice(1), rule(['get'], [''], ['*/log']), rule(['list'], ['*'], ['pods'])], false, all, [], 0],
  ['one is missing', edit.slice(1), false, all, ['list pods', 'get pods/log'], 0],
  [
    'it is for one object',
    [...edit.slice(1), rule(['*'], [''], ['*'], { resourceNames: ['one'] })],
    false,
    all.slice(0, 1),
    ['list pods'],
    0,
  ],
  ['it is for a part', [rule(['get'], [''], ['pods'])], false, all.slice(1, 2), ['get pods/log'], 0],
  ['the answer is incomplete', edit.slice(1), true, all, ['get pods/log'], 2],
  [
    'one is of the cluster',
    edit,
    false,
    [right('create', 'namespaces', { namespace: '' }), right('list', 'pods')],
    ['create namespaces'],
    1,
  ],
  ['nobody tells', undefined, false, all, ['get pods/log'], 3],
] as const)('%s', async (_, rules, incomplete, rights, missing, single) => {
  let asked = 0
  const server = await standInServer((request, answer) => {
    if (request.url?.endsWith('/selfsubjectrulesreviews') === true) {
      if (rules === undefined) answer.writeHead(403).end('{"message":"forbidden"}')
      else answer.writeHead(201).end(JSON.stringify({ status: { resourceRules: rules, incomplete } }))
      return
    }
    asked += 1
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    // Who is asked one by one allows pods and deployments, and no logs.
    request.on('end', () => answer.writeHead(201).end(JSON.stringify({ status: { allowed: !/namespaces|"log"/.test(text) } })))
  })
  const { directory, clock } = await testHost()
  const env = { KUBECONFIG: await writeKubeconfig(directory, server) }
  const cluster = await openCluster({ env, run: createRun(), signal: new AbortController().signal, clock })
  onTestFinished(() => cluster.close())
  const found = await missingRights(cluster, 'shop', 'shop', rights)
  expect(found.map(({ verb, resource, part }) => `${verb} ${resource}${part === undefined ? '' : `/${part}`}`)).toEqual(missing)
  expect(asked).toBe(single)
})
