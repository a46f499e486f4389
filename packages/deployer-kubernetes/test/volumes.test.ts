/** A volume for one node at a time, on the real cluster: what is in it stays through an update, a scale and an update that fails. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentInfo } from '@hop3/core'
import { testHost } from '@hop3/testing'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { hostClass, hostVolume, kubectl } from './host-volume.ts'
import { failedUndoings, stage, type StageRequest } from './staged.ts'

const skipped = inject('skipped')
const options = { data: '1Gi', 'storage-class': hostClass }

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, () => {
  test('its app is updated by ending the old instance first, which is said, and keeps its data', async () => {
    const host = await testHost()
    onTestFinished(() => {
      kubectl(['delete', 'pvc', 'shop-data', '--namespace', 'hop3-shop', '--ignore-not-found', '--wait=false'])
      kubectl(['delete', 'pv', '--selector', 'hop3.test/claim=hop3-shop.shop-data', '--wait=false'])
    })
    const directory = join(host.directory, 'volume')
    await mkdir(directory)
    await hostVolume(directory, 'hop3-shop', 'shop-data')
    const turn = (counter: number, request: StageRequest = {}) => stage({ host, counter, options, ...request })

    // What it was before it had a volume does not stand in its way.
    const before = await turn(1, { options: {} })
    await mkdir(before.context.directories.data, { recursive: true })
    await writeFile(join(before.context.directories.data, 'of-this-host'), '')
    await before.deployer.deploy()
    const first = await turn(2)
    await first.deployer.deploy()
    expect(
      host.events.filter(({ text }) => text.includes('stays on this host')),
      'said when it comes',
    ).toHaveLength(1)
    expect(await first.deployer.exec?.('echo kept > $HOP3_DATA/file', { stdio: 'lines' })).toBe(0)
    const strategy = ['get', 'deployment', 'shop-web', '--namespace', 'hop3-shop', '--output', 'jsonpath={.spec.strategy.type}']
    expect(kubectl(strategy)).toBe('Recreate')

    const said = host.events.length
    const next = await turn(3)
    expect(await fileIn(await next.deployer.deploy())).toBe('kept\n')
    await next.deployer.retire?.()
    expect(host.events.slice(said)).toContainEqual(
      expect.objectContaining({ level: 'warn', text: expect.stringContaining('the old instances end before the new ones start') }),
    )
    expect(await next.deployer.status()).toMatchObject([{ worker: 'web', generation: 3, state: 'running' }])

    const broken = await turn(4, { runtime: { workers: { web: '/app/server exit 3' } } })
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    const again = await turn(3)
    expect(await fileIn(await again.deployer.deploy()), 'what served before is back').toBe('kept\n')
    expect(await again.deployer.status()).toMatchObject([{ worker: 'web', generation: 3, state: 'running' }])
  })

  test('one that has grown is no hindrance to what wanted less of it', async () => {
    const host = await testHost()
    const growing = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: hostClass }, provisioner: 'hop3.test/none' }
    kubectl(['apply', '--filename', '-'], { ...growing, allowVolumeExpansion: true })
    onTestFinished(() => {
      kubectl(['delete', 'pvc', 'shop-data', '--namespace', 'hop3-shop', '--ignore-not-found', '--wait=false'])
      kubectl(['delete', 'pv', '--selector', 'hop3.test/claim=hop3-shop.shop-data', '--wait=false'])
      kubectl(['delete', 'storageclass', hostClass])
    })
    const directory = join(host.directory, 'volume')
    await mkdir(directory)
    await hostVolume(directory, 'hop3-shop', 'shop-data')
    const turn = (counter: number, data: string, request: StageRequest = {}) =>
      stage({ host, counter, options: { ...options, data }, ...request })
    const size = (): string =>
      kubectl(['get', 'pvc', 'shop-data', '--namespace', 'hop3-shop', '--output', 'jsonpath={.spec.resources.requests.storage}'])

    const first = await turn(1, '1Gi')
    await first.deployer.deploy()
    const broken = await turn(2, '2Gi', { runtime: { workers: { web: '/app/server exit 3' } } })
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect(failedUndoings(host)).toEqual([])
    expect(size()).toBe('2Gi')
    await expect.poll(() => first.deployer.status(), { timeout: 30_000 }).toMatchObject([{ generation: 1, state: 'running' }])
    expect(await first.deployer.difference?.(), 'as little as the deploy').toEqual([])
    await first.deployer.deploy()
    await (await turn(3, '1024Mi')).deployer.deploy()
    expect(size()).toBe('2Gi')
    expect(host.events).toContainEqual(expect.objectContaining({ text: expect.stringContaining('shop-data stays at 2Gi') }))
  })
})

async function fileIn({ address, port }: DeploymentInfo): Promise<string> {
  return (await fetch(`http://${address}:${port}/file?path=/hop3/data/file`)).text()
}
