/** An app that is stopped needs no cluster, which may be gone by now; and one whose cluster does not come back can be destroyed. */
import { rm, stat } from 'node:fs/promises'
import { deploymentContextFor, freePort, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { keepPlace, placeFile, readPlace, rootOf, type Place } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

test('nothing is asked of where it was stopped', async () => {
  const { deployer, context } = await stageAt(await nowhere(), { isEmpty: true })
  const lines: string[] = []
  expect(await deployer.status()).toEqual([])
  const found = await deployer.statusOfAll?.()
  expect([found?.workers, found?.failureOf?.('shop')]).toEqual([[], undefined])
  const signal = AbortSignal.timeout(10_000)
  await deployer.logs?.({ lines: 1, follow: false, signal, onLine: ({ text }) => lines.push(text) })
  await deployer.stop()
  expect(lines).toEqual([])
  expect(await readPlace(context)).toMatchObject({ isEmpty: true })
})

test('but of one that a command has been begun in since', async () => {
  const asked: string[] = []
  const server = await standInServer(({ method = '', url = '' }, answer) => {
    asked.push(`${method} ${url.split('?')[0]}`)
    answer.end('{"items":[]}')
  })
  const { deployer, context, place } = await stageAt(server, { isEmpty: true, hasCommands: true })
  expect(await deployer.status()).toEqual([])
  expect(asked).toEqual([])
  await deployer.stop()
  expect(asked).toContain('GET /apis/batch/v1/namespaces/hop3-shop/jobs')
  expect(asked).toContain('GET /api/v1/namespaces/hop3-shop/secrets')
  const { hasCommands: _, ...left } = place
  expect(await readPlace(context)).toEqual(left)
  asked.length = 0
  await deployer.stop()
  expect(asked).toEqual([])
})

test.each([
  ['does not answer', async () => stageAt(await nowhere(), { isEmpty: true }), 'environment.kubernetes-unreachable'],
  ['no kubeconfig knows', async () => stageAt(await nowhere(), { isEmpty: true, context: 'gone' }), 'environment.kubeconfig'],
  [
    'has given its address to another',
    async () => stageAt(await nowhere(), { isEmpty: true, server: 'https://10.0.0.1/' }),
    'deploy.kubernetes.elsewhere',
  ],
])('one whose cluster %s is destroyed when its place is removed, as the hint says', async (_, staging, code) => {
  const { deployer, context } = await staging()
  const hint = expect.stringContaining(`If that cluster is gone for good, remove ${placeFile(context)}`)
  await expect(deployer.forget?.()).rejects.toMatchObject({ code, hint })
  expect(await readPlace(context)).toBeDefined()
  await rm(placeFile(context))
  await deployer.stop()
  await deployer.forget?.()
  await expect(stat(rootOf(context))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('one that runs is not taken for stopped because nobody answers', async () => {
  const { deployer, context } = await stageAt(await nowhere())
  const hint = expect.stringContaining(placeFile(context))
  for (const work of [() => deployer.stop(), () => deployer.forget?.()])
    await expect(work()).rejects.toMatchObject({ code: 'environment.kubernetes-unreachable', class: 'retry', hint })
  await expect(deployer.status()).rejects.toMatchObject({ code: 'environment.kubernetes-unreachable' })
})

/** Where nobody answers. */
const nowhere = async (): Promise<string> => `http://127.0.0.1:${await freePort()}/`

async function stageAt(server: string, known: Partial<Place> = {}) {
  const host = await testHost()
  const context = await deploymentContextFor(host, { env: { KUBECONFIG: await writeKubeconfig(host.directory, server) } })
  const place = { context: 'default', server, namespace: 'hop3-shop', isOwnNamespace: true, ...known }
  await keepPlace(context, place)
  return { context, place, deployer: kubernetesDeployer.create(context, imageArtifact('none', '/nowhere')) }
}
