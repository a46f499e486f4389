/** A cron worker on the real cluster: its time comes, and what it prints is in the app's log. */
import { describe, expect, inject, test } from 'vitest'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 300_000 }, () => {
  test('runs each minute with its variables, shows in the log, and goes with the app', async () => {
    const workers = { web: '/app/server', 'cron-tick': '* * * * * echo "tick $GREETING $PROC_TYPE"' }
    const { context, deployer } = await stage({ runtime: { workers }, context: { appEnv: { GREETING: 'hello' } } })
    await deployer.deploy()
    await deployer.retire?.()
    expect(await deployer.status()).toMatchObject([
      { worker: 'cron-tick', state: 'running' },
      { worker: 'web', state: 'running' },
    ])
    const printed = async (worker?: string): Promise<readonly string[]> => {
      const lines: string[] = []
      const onLine = (line: { readonly worker: string; readonly ordinal: number; readonly text: string }): void =>
        void lines.push(`${line.worker}.${line.ordinal} ${line.text}`)
      const wanted = worker === undefined ? {} : { worker }
      await deployer.logs?.({ lines: 20, follow: false, signal: context.signal, onLine, ...wanted })
      return lines
    }
    await expect.poll(() => printed('cron-tick'), { timeout: 200_000, interval: 2_000 }).toContain('cron-tick.1 tick hello cron-tick')
    expect(await printed()).toContainEqual(expect.stringMatching(/^web\.1 listening/))
    expect(await printed('web')).not.toContainEqual(expect.stringContaining('tick'))
    expect(await deployer.status(), 'a run is no instance').toHaveLength(2)

    const schedule = ['get', 'cronjob', '--namespace', 'hop3-shop', '--output', 'jsonpath={.items[*].spec.suspend}']
    await deployer.scale({ 'cron-tick': -1 })
    expect(kubectl(schedule)).toBe('true')
    await deployer.stop()
    await expect.poll(left, { timeout: 60_000 }).toBe('')
  })
})

const left = (): string => kubectl(['get', 'cronjobs,jobs,pods', '--namespace', 'hop3-shop', '--ignore-not-found', '--output', 'name'])
