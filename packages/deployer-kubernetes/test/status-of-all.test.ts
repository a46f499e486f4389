/** What runs of all apps of a home: as much as can be seen, by as few questions as there are clusters. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { label } from '../src/objects/names.ts'
import { keepPlace, rootOf } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const status = { conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ restartCount: 0, state: { running: {} } }] }
const podIn = (namespace: string, app: string) => {
  const labels = { [label.app]: app, [label.worker]: 'web', [label.release]: 'r1', [label.generation]: '1' }
  return { metadata: { name: `${app}-web-1`, namespace, labels }, status }
}
// Of an app that has moved, what another has left, too.
const pods = [podIn('shop', 'shop'), podIn('hop3-blog', 'blog'), podIn('hop3-shop', 'shop')]

test.each([
  ['one look for all', true, 2],
  ['one for each, where that is what may be seen', false, 6],
])('%s', async (_, mayLookEverywhere, questions) => {
  const asked: string[] = []
  const server = await standInServer((request, answer) => {
    const url = request.url ?? ''
    asked.push(url)
    const namespace = /namespaces\/([a-z0-9-]+)/.exec(url)?.[1]
    if (namespace === undefined && !mayLookEverywhere) return answer.writeHead(403).end('{"message":"forbidden"}')
    const app = decodeURIComponent(url).includes('name=shop') ? 'shop' : 'blog'
    const own = pods.filter(
      ({ metadata }) => namespace === undefined || (metadata.namespace === namespace && metadata.labels[label.app] === app),
    )
    return answer.end(JSON.stringify({ items: url.includes('/pods') ? own : [] }))
  })
  const host = await testHost()
  const context = await deploymentContextFor(host, { env: { KUBECONFIG: await writeKubeconfig(host.directory, server) } })
  const place = { context: 'default', server, isOwnNamespace: false }
  const of = (appName: string) => ({ ...context, appName })
  await keepPlace(of('shop'), { ...place, namespace: 'shop' })
  await keepPlace(of('blog'), { ...place, namespace: 'hop3-blog' })
  await keepPlace(of('wiki'), { ...place, namespace: 'wiki', server: 'https://10.0.0.1:6443/' })
  await keepPlace(of('away'), { ...place, namespace: 'away', context: 'none' })
  await keepPlace(of('torn'), { ...place, namespace: 'torn' })
  await writeFile(join(rootOf(of('torn')), 'place.json'), '{')
  const found = await kubernetesDeployer.create(context, imageArtifact('none', '/nowhere')).statusOfAll?.()
  const apps = found?.workers.map(({ app, worker, ordinal, state }) => `${app}/${worker}.${ordinal} ${state}`)
  expect(apps?.toSorted()).toEqual(['blog/web.1 running', 'shop/web.1 running'])
  expect(asked).toHaveLength(questions)
  const codes = ['shop', 'blog', 'wiki', 'away', 'torn'].map((app) => {
    const failure = found?.failureOf?.(app)
    return failure !== undefined && 'code' in failure ? failure.code : failure
  })
  expect(codes).toEqual([undefined, undefined, 'deploy.kubernetes.elsewhere', 'environment.kubeconfig', 'deploy.kubernetes.damaged'])
})
