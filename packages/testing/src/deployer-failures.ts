/** What fails leaves the host as it was. */
import { expect, test } from 'vitest'
import { answers, runningOf, wantedOf, type Stage } from './deployer-stage.ts'
import { processesWith } from './processes.ts'
import type { DeployerSuite } from './test-deployer.ts'
import { actionable, failureOf } from './verdict-checks.ts'

export function registerFailureTests(stage: Stage, { crashes }: Pick<DeployerSuite, 'crashes'>): void {
  test('says why a first release does not come up, and leaves nothing of it', async () => {
    const { deployer, context } = await stage({ make: crashes })
    expect(await failureOf(() => deployer().deploy())).toMatchObject(actionable(/^(deploy|health)\./))
    expect(await deployer().status()).toEqual([])
    expect(await processesWith(context.release.path), 'no process of the release is left').toEqual([])
  })

  test('leaves the old release as it is when the new one does not come up', async () => {
    const old = await stage()
    const info = await old.deployer().deploy()
    const status = await old.deployer().status()
    const next = await stage({ counter: 2, generation: 2, make: crashes }, old.host)
    expect(await failureOf(() => next.deployer().deploy())).toMatchObject(actionable(/^(deploy|health)\./))
    expect(await old.deployer().status(), 'the old release is as it was').toEqual(status)
    expect(await runningOf(old.deployer())).toEqual(wantedOf(old))
    expect(await answers(info)).toBe(true)
  })

  test('refuses to scale what the app does not have, and changes nothing', async () => {
    const { deployer } = await stage()
    await deployer().deploy()
    const status = await deployer().status()
    expect(await failureOf(() => deployer().scale({ 'no-such-worker': 1 }))).toMatchObject(actionable(/^config\.scale$/))
    expect(await deployer().status()).toEqual(status)
  })

  test('does not begin when the signal has aborted before', async () => {
    const { deployer } = await stage()
    await expect(deployer({ signal: AbortSignal.abort(new Error('stopped by the contract')) }).deploy()).rejects.toBeDefined()
    expect(await deployer().status()).toEqual([])
  })
}
