/** deploy, status, retire, stop: for artifacts of every form. */
import { expect, test } from 'vitest'
import { answers, runningOf, wantedOf, type Stage } from './deployer-stage.ts'
import { processesWith } from './processes.ts'
import type { DeployerSuite } from './test-deployer.ts'

export function registerLifeTests(
  stage: Stage,
  { replaces = false, keepsAddress = false }: Pick<DeployerSuite, 'replaces' | 'keepsAddress'> = {},
): void {
  test('deploys: every wanted instance runs and answers, and status says so', async () => {
    const { deployer, ...staged } = await stage()
    expect(await deployer().status(), 'nothing runs before the first deploy').toEqual([])
    const info = await deployer().deploy()
    const { deploymentInfoSchema } = await import('@hop3/core/schemas')
    expect(deploymentInfoSchema.safeParse(info)).toMatchObject({ success: true })
    expect(info.upstreams[0], 'the address is that of the first instance').toEqual({ address: info.address, port: info.port })
    expect(await answers(info)).toBe(true)
    const status = await deployer().status()
    expect(await runningOf(deployer()), 'the wanted instances run').toEqual(wantedOf({ deployer, ...staged }))
    expect(new Set(status.map(({ app }) => app))).toEqual(new Set([staged.context.appName]))
    expect(
      status.filter(({ pid }) => pid !== null && !isAlive(pid)),
      'processes of the status run',
    ).toEqual([])
  })

  test('starts nothing to say its status', async () => {
    const { deployer, host } = await stage()
    await deployer().status()
    expect(await processesWith(host.directory)).toEqual([])
  })

  test('deploys what already runs without touching it', async () => {
    const { deployer } = await stage()
    const first = await deployer().deploy()
    const status = await deployer().status()
    expect(await deployer().deploy(), 'deploying again has the same address').toEqual(first)
    expect(await deployer().status(), 'deploying again changes nothing').toEqual(status)
  })

  test('runs a new release beside the old, and retire leaves exactly the wanted', async () => {
    const old = await stage()
    const oldInfo = await old.deployer().deploy()
    const next = await stage({ counter: 2, generation: 2 }, old.host)
    const info = await next.deployer().deploy()
    expect(await answers(oldInfo), 'the old address still answers').toBe(true)
    expect(await answers(info), 'the new release answers').toBe(true)
    const isSame = JSON.stringify(info.upstreams[0]) === JSON.stringify(oldInfo.upstreams[0])
    expect(isSame, `the address ${keepsAddress ? 'stays' : 'is that of the new instances alone'}`).toBe(keepsAddress)
    await next.deployer().retire?.()
    expect(await runningOf(next.deployer()), 'exactly the wanted instances run').toEqual(wantedOf(next))
    expect(await answers(info)).toBe(true)
    await next.deployer().retire?.()
    expect(await runningOf(next.deployer()), 'retiring again changes nothing').toEqual(wantedOf(next))
  })

  test('goes back: retire by the old release takes the new one away', async () => {
    const old = await stage()
    const oldInfo = await old.deployer().deploy()
    const next = await stage({ counter: 2, generation: 2 }, old.host)
    await next.deployer().deploy()
    if (replaces) await old.deployer().deploy()
    await old.deployer().retire?.()
    expect(await runningOf(old.deployer()), 'exactly the wanted instances run').toEqual(wantedOf(old))
    expect(await answers(oldInfo)).toBe(true)
  })

  test('runs another generation of the same release', async () => {
    const first = await stage()
    await first.deployer().deploy()
    const again = await stage({ generation: 2 }, first.host)
    const info = await again.deployer().deploy()
    await again.deployer().retire?.()
    expect(await runningOf(again.deployer()), 'exactly the wanted instances run').toEqual(wantedOf(again))
    expect(await answers(info)).toBe(true)
  })

  test('stops everything of the app, and stopping again succeeds', async () => {
    const { deployer } = await stage()
    await deployer().stop()
    await deployer().deploy()
    await deployer().stop()
    expect(await deployer().status()).toEqual([])
    await deployer().stop()
    expect(await deployer().status()).toEqual([])
  })

  test('deploys again after stop', async () => {
    const staged = await stage()
    await staged.deployer().deploy()
    await staged.deployer().stop()
    expect(await answers(await staged.deployer().deploy())).toBe(true)
    expect(await runningOf(staged.deployer())).toEqual(wantedOf(staged))
  })

  test('stopping shop never touches an app whose name begins or ends like it', async () => {
    const shop = await stage()
    await shop.deployer().deploy()
    const names = ['shop2', 'shop-web', 'sho']
    const neighbors = await Promise.all(names.map((appName) => stage({ appName }, shop.host)))
    const infos = await Promise.all(neighbors.map(({ deployer }) => deployer().deploy()))
    const status = await Promise.all(neighbors.map(({ deployer }) => deployer().status()))
    await shop.deployer().retire?.()
    await shop.deployer().stop()
    expect(await Promise.all(neighbors.map(({ deployer }) => deployer().status())), 'the neighbors are as they were').toEqual(status)
    expect(await Promise.all(infos.map(answers))).toEqual([true, true, true])
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
