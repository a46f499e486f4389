/** An app's own namespace is read and deleted by its name, and nobody else's is deleted. */
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { homeMark, ownLabels } from '../src/objects/names.ts'
import { keepPlace, readPlace } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const path = '/api/v1/namespaces/hop3-shop'
const [read, removed] = [`GET ${path}`, `DELETE ${path}`]

test('it is asked for by its name alone, and deleted as the one that was looked at', async () => {
  const { asked, deletions, warned } = await forgetting({})
  expect(asked).toEqual([read, removed, read])
  expect(deletions).toEqual([expect.objectContaining({ preconditions: { uid: 'u-1' } })])
  expect(warned).toEqual([])
})

test.each([
  ['another app', { app: 'blog' }],
  ['another home', { mark: 'another' }],
])('one that has come to be of %s stays', async (_, owner) => {
  const { asked, warned } = await forgetting({ owner })
  expect(asked).toEqual([read])
  expect(warned).toEqual([])
})

test.each([
  ['be looked at', { mayRead: false }, [read]],
  ['be deleted', { mayRemove: false }, [read, removed]],
])('one that may not %s stays, which is said, and the app is forgotten', async (_, may, questions) => {
  const { asked, warned } = await forgetting(may)
  expect(asked).toEqual(questions)
  expect(warned).toEqual([expect.stringMatching(/hop3-shop of shop stays[^]*kubectl delete namespace hop3-shop$/)])
})

interface Namespace {
  readonly owner?: Partial<Parameters<typeof ownLabels>[0]>
  readonly mayRead?: boolean
  readonly mayRemove?: boolean
}

/** What a server that has this namespace is asked about it, until the app is forgotten. */
async function forgetting({ owner, mayRead = true, mayRemove = true }: Namespace) {
  const host = await testHost()
  const labels = ownLabels({ app: 'shop', mark: homeMark(host.home), ...owner })
  const asked: string[] = []
  const deletions: unknown[] = []
  const server = await standInServer((request, answer) => {
    const { method = '', url = '' } = request
    if (!/^\/api\/v1\/namespaces($|\?|\/[^/]*$)/.test(url)) return answer.end('{"items":[]}')
    asked.push(`${method} ${url}`)
    if (!(method === 'GET' ? mayRead : mayRemove)) return answer.writeHead(403).end('{"message":"forbidden"}')
    if (method === 'DELETE') request.on('data', (chunk: Buffer) => deletions.push(JSON.parse(chunk.toString())))
    const isThere = !asked.includes(removed) || method === 'DELETE'
    return answer
      .writeHead(isThere ? 200 : 404)
      .end(JSON.stringify({ kind: isThere ? 'Namespace' : 'Status', metadata: { name: 'hop3-shop', uid: 'u-1', labels } }))
  })
  const context = await deploymentContextFor(host, { env: { KUBECONFIG: await writeKubeconfig(host.directory, server) } })
  await keepPlace(context, { context: 'default', server, namespace: 'hop3-shop', isOwnNamespace: true })
  await kubernetesDeployer.create(context, imageArtifact('none', '/nowhere')).forget?.()
  expect(await readPlace(context)).toBeUndefined()
  return { asked, deletions, warned: host.events.flatMap(({ level, text }) => (level === 'warn' ? [text] : [])) }
}
