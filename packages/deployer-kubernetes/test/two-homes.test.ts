/** Two homes that deploy an app of one name to one namespace: one of them has it, also when both begin at the same instant. */
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { homeMark } from '../src/objects/names.ts'
import { kubectl } from './host-volume.ts'
import { stage, type Staged, type StageRequest } from './staged.ts'

const skipped = inject('skipped')
const namespace = 'hop3-shop'

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 240_000 }, () => {
  test.each<readonly [string, StageRequest]>([
    ['the same workers', {}],
    ['workers of other names', { runtime: { workers: { clock: 'exec sleep 1000' } } }],
  ])('with %s, one is refused and changes nothing', async (_, request) => {
    const both = [await stage(), await stage(request)] as const
    const outcomes = await Promise.allSettled(both.map(async ({ deployer }) => deployer.deploy()))
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'deploy.kubernetes.other-home' } }])
    const [winner, loser] = outcomes[0]?.status === 'fulfilled' ? both : [both[1], both[0]]
    await winner.deployer.retire?.()
    expect(await winner.deployer.status()).toMatchObject([{ state: 'running' }])
    expect(marks(), 'everything there is the one that has it').toEqual([homeMark(winner.host.home)])
    await expect(loser.deployer.deploy()).rejects.toMatchObject({ code: 'deploy.kubernetes.other-home' })
    expect(await loser.deployer.status()).toEqual([])

    await winner.deployer.stop()
    await expect(loser.deployer.deploy(), 'stopped, it is free').resolves.toBeDefined()
    await retired(loser)
  })

  test('volumes stay those of the home that has stopped its app', async () => {
    onTestFinished(() => void kubectl(['delete', 'pvc', 'shop-data', '--namespace', namespace, '--ignore-not-found', '--wait=false']))
    const options = { data: '1Gi', 'access-mode': 'ReadWriteMany', 'storage-class': 'none' }
    const request: StageRequest = { options, context: { scale: { web: 0 } } }
    const first = await stage(request)
    await first.deployer.deploy()
    await first.deployer.stop()
    for (const other of [await stage(request), await stage()]) {
      await expect(other.deployer.deploy()).rejects.toMatchObject({
        code: 'deploy.kubernetes.other-home',
        message: expect.stringMatching(new RegExp(`shop-data\\).*"${homeMark(first.host.home)}"`)),
      })
      await expect(other.deployer.exec?.('true', { stdio: 'lines' })).rejects.toMatchObject({ code: 'deploy.kubernetes.other-home' })
      await other.deployer.forget?.()
      expect(ownerOfVolume()).toBe(homeMark(first.host.home))
    }
    await first.deployer.deploy()
    await first.deployer.stop()
    await first.deployer.forget?.()
    kubectl(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=60s'])
    await (await stage(request)).deployer.deploy()
  })
})

const ownerOfVolume = (): string =>
  kubectl(['get', 'pvc', 'shop-data', '--namespace', namespace, '--output', 'jsonpath={.metadata.labels.hop3/home}'])

/** The update of who has it keeps what says so. */
async function retired({ deployer, host }: Staged): Promise<void> {
  await deployer.retire?.()
  expect(marks()).toEqual([homeMark(host.home)])
  expect(kubectl(['get', 'secret', 'shop-home', '--namespace', namespace, '--output', 'name']).trim()).toBe('secret/shop-home')
}

function marks(): readonly string[] {
  const columns = 'custom-columns=H:.metadata.labels.hop3/home'
  const selector = ['--selector', 'app.kubernetes.io/managed-by=hop3,app.kubernetes.io/name=shop', '--no-headers', '--output', columns]
  const said = ['namespaces', 'deployments,services,secrets,pods'].map((kinds) =>
    kubectl(['get', kinds, '--namespace', namespace, ...selector]),
  )
  return [...new Set(said.join('').split('\n').filter(Boolean))]
}
