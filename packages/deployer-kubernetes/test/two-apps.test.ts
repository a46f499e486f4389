/** Two apps of one home in one namespace, with names that begin alike, the same variables and the same login: what one has is not the other's. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig } from '@hop3/core'
import { deploymentContextFor, testHost, type TestHost } from '@hop3/testing'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { appInputOf } from '../src/app-input-of.ts'
import { label } from '../src/objects/names.ts'
import { pullSecretOf, registryOf } from '../src/pull-secret-of.ts'
import { kubectl } from './host-volume.ts'
import { imageArtifact } from './image-artifact.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const beginning = 'the-shop-of-the-branch-in-the-old-harbour'
const appNames = { first: `${beginning}-1`, second: `${beginning}-2` }
const image = 'registry.example.com/shop'

test('their Secrets have names of their own', async () => {
  const host = await testHost()
  await logIn(host, image)
  const named = Object.values(appNames).map(async (appName) => {
    const config = { ...emptyDeployConfig, options: { kubernetes: { 'pull-secret': true } } }
    const context = await deploymentContextFor(host, { appName, config, env: { HOME: host.directory, PATH: process.env['PATH'] ?? '' } })
    const artifact = imageArtifact(image, '/nowhere')
    const pulling = await pullSecretOf(context, artifact)
    const place = { namespace: 'shop', isOwnNamespace: false }
    const { environment } = await appInputOf({ context, artifact, place, facts: { canSleep: true, hasGateways: false }, pullSecrets: [] })
    return [environment.name, pulling?.name]
  })
  const names = (await Promise.all(named)).flat()
  expect([...new Set(names)]).toHaveLength(4)
})

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, () => {
  test('one that is stopped leaves the other what it starts with', async () => {
    const namespace = 'shop-and-shop'
    kubectl(['create', 'namespace', namespace])
    onTestFinished(() => void kubectl(['delete', 'namespace', namespace, '--wait=false']))
    const host = await testHost()
    await logIn(host, inject('kubernetes').image)
    const options = { namespace, 'pull-secret': true, service: 'ClusterIP' }
    const first = await stage({ host, options, context: { appName: appNames.first } })
    const second = await stage({ host, options, context: { appName: appNames.second } })
    const ofFirst = `${label.app}=${appNames.first}`
    const secrets = (): string => kubectl(['get', 'secrets', '--namespace', namespace, '--selector', ofFirst, '--output', 'name'])
    await first.deployer.deploy()
    const before = secrets()
    expect(before.trim().split('\n')).toHaveLength(3)
    await second.deployer.deploy()
    expect(secrets()).toBe(before)
    await second.deployer.stop()
    expect(secrets()).toBe(before)
    kubectl(['delete', 'pods', '--namespace', namespace, '--selector', ofFirst])
    await expect.poll(() => first.deployer.status(), { timeout: 60_000 }).toMatchObject([{ state: 'running' }])
  })
})

async function logIn({ directory }: TestHost, location: string): Promise<void> {
  await mkdir(join(directory, '.docker'), { recursive: true })
  const auths = { [registryOf(location)]: { auth: Buffer.from('me:secret').toString('base64') } }
  await writeFile(join(directory, '.docker/config.json'), JSON.stringify({ auths }))
}
