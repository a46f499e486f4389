/** Files of the home that say where an app is: none of them is read as nothing. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { readDocument, writeDocument } from '../src/documents.ts'
import { kubernetesDeployer } from '../src/index.ts'
import { keepPlace, readPlace, rootOf } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'

const place = { context: 'a', server: 'https://127.0.0.1:9/', namespace: 'shop', isOwnNamespace: false }

test.each([
  ['is cut off', '{"context": "a", "ser'],
  ['is of something else', '[]'],
  ['lacks a part', '{"context": "a", "server": "https://127.0.0.1:9/"}'],
])('a place that %s is no place the app has left', async (_, text) => {
  const context = await deploymentContextFor(await testHost())
  await keepPlace(context, place)
  expect(await readPlace(context)).toEqual(place)
  await writeFile(join(rootOf(context), 'place.json'), text)
  const deployer = kubernetesDeployer.create(context, imageArtifact('none', '/nowhere'))
  for (const work of [() => deployer.stop(), () => deployer.forget?.(), () => deployer.status()])
    await expect(work()).rejects.toMatchObject({ code: 'deploy.kubernetes.damaged', hint: expect.stringContaining('namespace') })
})

test('nor is one that cannot be read', async () => {
  const context = await deploymentContextFor(await testHost())
  await mkdir(join(rootOf(context), 'place.json'), { recursive: true })
  await expect(kubernetesDeployer.create(context, imageArtifact('none', '/nowhere')).stop()).rejects.toMatchObject({
    code: 'deploy.kubernetes.damaged',
    message: expect.stringContaining('EISDIR'),
  })
})

test('what was applied is known, was never known, or cannot be read', async () => {
  const context = await deploymentContextFor(await testHost())
  const objects = [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', labels: {} } }]
  await writeDocument(context, 1, 'r1', objects)
  expect(await readDocument(context, 1, 'r1')).toEqual(objects)
  expect(await readDocument(context, 2, 'r2')).toBeUndefined()
  await writeFile(join(rootOf(context), 'generations/1-r1.json'), '[{"kind": "Serv')
  await expect(readDocument(context, 1, 'r1')).rejects.toMatchObject({ code: 'deploy.kubernetes.damaged' })
})
