/** A namespace that was there before the app is nobody's to label or to delete, whatever it is called. */
import { createRun, systemClock } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { lookAtNamespace } from '../src/given-namespace.ts'
import { ownLabels } from '../src/objects/names.ts'
import type { Place } from '../src/place.ts'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const skipped = inject('skipped')
const place: Place = { context: 'default', server: 'http://127.0.0.1/', namespace: 'hop3-shop', isOwnNamespace: true }

test.each<readonly [string, number, object, Partial<Place>, boolean]>([
  ['not there', 404, {}, { isOwnNamespace: true }, false],
  ['of this app', 200, ownLabels({ app: 'shop', mark: 'm' }), { isOwnNamespace: true }, false],
  ['of another app', 200, ownLabels({ app: 'blog', mark: 'm' }), { isOwnNamespace: false }, true],
  ['of somebody else', 200, { 'app.kubernetes.io/name': 'shop' }, { isOwnNamespace: false }, true],
])('one that is %s', async (_, status, labels, expected, isSaid) => {
  const { look, said } = await lookingAt(status, labels)
  expect(await look()).toEqual({ place: { ...place, ...expected }, isHidden: false })
  expect(said.map((text) => text.includes('not made by Hop3'))).toEqual(isSaid ? [true] : [])
})

test('one that may not be looked at is said to be hidden, and what the server says else is an error', async () => {
  expect(await (await lookingAt(403)).look()).toEqual({ place, isHidden: true })
  await expect((await lookingAt(500)).look()).rejects.toMatchObject({ code: 'deploy.kubernetes.refused' })
})

test('is asked for once: not where the app is in it already, and not where hop3.toml names one', async () => {
  const { look, asked } = await lookingAt(200)
  expect(await look(place)).toEqual({ place, isHidden: false })
  const given = { ...place, isOwnNamespace: false }
  expect(await look(given, given)).toEqual({ place: given, isHidden: false })
  expect(asked).toEqual([])
  expect(await look({ ...place, isEmpty: true })).toEqual({ place: given, isHidden: false })
  expect(asked).toEqual(['GET /api/v1/namespaces/hop3-shop'])
})

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test('it stays as it was, with all that is in it, when the app is destroyed', async () => {
    const [appName, namespace] = ['guest', 'hop3-guest']
    kubectl(['create', 'namespace', namespace])
    onTestFinished(() => void kubectl(['delete', 'namespace', namespace, '--wait=false']))
    kubectl(['create', 'configmap', 'database', '--namespace', namespace])
    const labels = (): string => kubectl(['get', 'namespace', namespace, '--output', 'jsonpath={.metadata.labels}'])
    const before = labels()
    const first = await stage({ context: { appName } })
    await first.deployer.deploy()
    const next = await stage({ context: { appName }, counter: 2, host: first.host })
    await next.deployer.deploy()
    await next.deployer.retire?.()
    expect(labels()).toBe(before)
    const said = first.host.events.filter((event) => 'text' in event && event.text.includes('not made by Hop3'))
    expect(said, 'in the first deploy alone').toHaveLength(1)
    await next.deployer.stop()
    await next.deployer.forget?.()
    expect(kubectl(['get', 'namespace', namespace, '--output', 'jsonpath={.status.phase}'])).toBe('Active')
    expect(kubectl(['get', 'configmap', 'database', '--namespace', namespace, '--output', 'name']).trim()).toBe('configmap/database')
  })
})

/** At a server that has the namespace with these labels, or answers otherwise. */
async function lookingAt(status: number, labels: object = {}) {
  const asked: string[] = []
  const said: string[] = []
  const server = await standInServer(({ method = '', url = '' }, answer) => {
    asked.push(`${method} ${url}`)
    answer
      .writeHead(status)
      .end(JSON.stringify({ kind: status === 200 ? 'Namespace' : 'Status', metadata: { name: place.namespace, labels } }))
  })
  const env = { KUBECONFIG: await writeKubeconfig(await tempApp(), server) }
  const cluster = await openCluster({ env, run: createRun(), signal: new AbortController().signal, clock: systemClock })
  onTestFinished(() => cluster.close())
  const log = { info: (text: string) => void said.push(text) }
  return {
    asked,
    said,
    look: (known?: Place, wanted: Place = place) => lookAtNamespace({ appName: 'shop', log }, cluster, known, wanted),
  }
}
