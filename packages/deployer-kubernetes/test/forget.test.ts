/** A destroyed app's namespace, on the real cluster: gone when the command has ended, or named with what keeps it. */
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { readPlace } from '../src/place.ts'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const appName = 'going'

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 240_000 }, () => {
  test('it takes a deploy at once', async () => {
    const { deployer, host } = await stage({ context: { appName } })
    await deployer.deploy()
    await deployer.stop()
    await deployer.forget?.()
    expect(kubectl(['get', 'namespace', 'hop3-going', '--ignore-not-found'])).toBe('')
    const again = await stage({ host, context: { appName } })
    await expect(again.deployer.deploy()).resolves.toBeDefined()
    await again.deployer.stop()
    await again.deployer.forget?.()
  })

  test('one that does not go is said, and the app is forgotten', async () => {
    const staged = await stage({ context: { appName } })
    const { clock } = staged.host
    // A minute of its clock is two seconds.
    const hurried = { ...clock, monotonic: () => clock.monotonic() * 30 }
    const { deployer, context, host } = await stage({ host: staged.host, context: { appName, clock: hurried } })
    await staged.deployer.deploy()
    finalizers('["hop3.test/held"]')
    onTestFinished(() => finalizers('null'))
    await staged.deployer.stop()
    await deployer.forget?.()
    expect(host.events.filter(({ level }) => level === 'warn').map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/hop3-going is still being deleted[^]*hop3\.test\/held/),
    )
    expect(await readPlace(context)).toBeUndefined()
  })
})

const finalizers = (list: string): void =>
  void kubectl(['patch', 'namespace', 'hop3-going', '--type=merge', '--patch', `{"metadata":{"finalizers":${list}}}`])
