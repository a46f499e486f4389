/** A context that leads to another cluster by now: nothing is asked of that one, and nothing is forgotten. */
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { writeDocument } from '../src/documents.ts'
import { kubernetesDeployer } from '../src/index.ts'
import { keepPlace, placeFile, readPlace } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

test('no command takes another cluster for the one the app is on', async () => {
  const asked: (string | undefined)[] = []
  const server = await standInServer((request, answer) => {
    asked.push(request.url)
    answer.end('{"items":[]}')
  })
  const host = await testHost()
  const kubeconfig = await writeKubeconfig(host.directory, server)
  const context = await deploymentContextFor(host, { env: { KUBECONFIG: kubeconfig } })
  const place = { context: 'default', server: 'https://10.0.0.1:6443/', namespace: 'shop', isOwnNamespace: true }
  await keepPlace(context, place)
  await writeDocument(context, context.generation, context.release.id, [])
  const deployer = kubernetesDeployer.create(context, imageArtifact('none', '/nowhere'))
  const signal = AbortSignal.timeout(10_000)
  const works = [
    () => deployer.stop(),
    () => deployer.forget?.(),
    () => deployer.status(),
    () => deployer.retire?.(),
    () => deployer.logs?.({ lines: 1, follow: false, signal, onLine: () => {} }),
  ]
  for (const work of works)
    await expect(work()).rejects.toMatchObject({
      code: 'deploy.kubernetes.elsewhere',
      message: expect.stringContaining('https://10.0.0.1:6443/'),
      hint: expect.stringContaining('KUBECONFIG'),
    })
  expect(asked).toEqual([])
  expect(await readPlace(context)).toEqual(place)
  await expect(deployer.stop()).rejects.toMatchObject({ hint: expect.stringContaining(`gone for good, remove ${placeFile(context)}`) })
})

test('nor does one that asks for another place have nothing to do', async () => {
  const server = await standInServer((_, answer) => answer.end('{"items":[]}'))
  const host = await testHost()
  const env = { KUBECONFIG: await writeKubeconfig(host.directory, server) }
  const context = await deploymentContextFor(host, { env })
  await keepPlace(context, { context: 'default', server, namespace: 'shop', isOwnNamespace: true })
  const status = async (more: Readonly<Record<string, string>>) =>
    kubernetesDeployer.create({ ...context, env: { ...env, ...more } }, imageArtifact('none', '/nowhere')).status()
  expect(await status({ HOP3_KUBE_CONTEXT: 'default', HOP3_KUBE_NAMESPACE: 'shop' })).toEqual([])
  await expect(status({ HOP3_KUBE_CONTEXT: 'nope' })).rejects.toMatchObject({ code: 'environment.kubeconfig' })
  await expect(status({ HOP3_KUBE_NAMESPACE: 'team' })).rejects.toMatchObject({ code: 'deploy.kubernetes.elsewhere' })
})
