/** An app that moves from this host to a cluster by one line, with every command of docs/kubernetes.md; and commands that are killed on the way. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun, systemClock, type JournalStep } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { expect, it } from 'vitest'
import { stageClusterApp, writeAppWithShell } from '../../src/cluster-app.ts'
import { writeImageApp } from '../../src/image-app.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

describeOnCluster({ timeout: 600_000 }, () => {
  it('an app moves by one line, and keeps its commands', async () => {
    const { machine, source, say } = await stageClusterApp(cluster, ['blog', 'killed'])
    await writeAppWithShell(source, 'one')
    await writeFile(join(source, 'hop3.toml'), '[metadata]\nid = "blog"\n[deploy]\nstop-timeout = 5\n')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
    expect((await machine.hop3(['ps', 'blog'])).stdout).toContain('127.0.0.1:')
    await say('blog')
    const moved = await machine.hop3(['deploy', source, '--json'])
    expect(moved.result).toMatchObject({ changed: true })
    expect(await (await fetch(`http://127.0.0.1:${Number(moved.result['port'])}/`)).text()).toBe('one')
    // Nothing is left of it on this host's engine.
    expect((await machine.hop3(['ps', 'blog'])).stdout).toMatch(/web\.1 +running +r000002\S+ +- +10\./)
    const dryRun = async (): Promise<Record<string, unknown>> => (await machine.hop3(['deploy', source, '--dry-run', '--json'])).result
    expect(await dryRun()).toEqual({ app: 'blog', release: expect.stringMatching(/^r000002-/), changes: [] })
    await writeAppWithShell(source, 'two')
    await say('blog')
    expect(await dryRun()).toMatchObject({
      release: expect.stringMatching(/^r000003-/),
      changes: [
        {
          action: 'change',
          kind: 'Deployment',
          name: 'blog-web',
          fields: expect.arrayContaining([expect.objectContaining({ path: 'spec.template.spec.containers[app].image' })]),
        },
      ],
    })
    const page = await readFile(new URL('../../../docs/kubernetes.md', import.meta.url), 'utf8')
    const typed = [...page.matchAll(/^\$ hop3 (.*)$/gm)].map((match) => (match[1] ?? '').replace(/ +#.*$/, ''))
    expect(typed.length).toBeGreaterThan(10)
    for (const line of typed) {
      const { exitCode, stderr, stdout } = await machine.hop3(line.split(' '), { cwd: source })
      expect({ line, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ line, exitCode: 0, stderr: '' })
      expect(stdout).toContain(printed.find(([part]) => line.includes(part))?.[1] ?? '')
    }
    // Its namespace is gone with it: the name can be had again at once.
    expect(cluster.kubectl(['get', 'namespace', 'hop3-blog', '--ignore-not-found'])).toBe('')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
  })

  it('the next command finishes or undoes what was killed', async () => {
    const { machine, source, say } = await stageClusterApp(cluster, ['blog', 'killed'])
    await writeImageApp(source, 'v0')
    await say('killed')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
    const appHome = createHome({ path: machine.home, clock: systemClock, run: createRun() }).app('killed')
    const steps = async (): Promise<readonly JournalStep[]> => (await appHome.openRecords()).map((one) => one.step)
    for (const [index, { step, hasPod = false }] of moments.entries()) {
      const before = new Set(releasesOf('killed'))
      const isFarEnough = async (): Promise<boolean> =>
        (await steps()).includes(step) && (!hasPod || releasesOf('killed').some((one) => !before.has(one)))
      await writeImageApp(source, `v${index + 1}`)
      await say('killed')
      const deploying = machine.start(['deploy', source])
      await expect.poll(isFarEnough, { interval: 20, timeout: 120_000 }).toBe(true)
      kill(deploying.pid)
      await deploying.finished
      expect(await steps(), 'it was at work').toContain(step)
      const { result } = await machine.hop3(['ps', 'killed', '--json'])
      expect({ step, result }).toMatchObject({ step, result: { apps: [expect.objectContaining({ isServed: true })] } })
      expect(releasesOf('killed')).toHaveLength(1)
    }
  })
})

interface Moment {
  readonly step: JournalStep
  /** Besides the step: the cluster has made a pod of the release that comes. */
  readonly hasPod?: boolean
}

/** From before the cluster is told of anything to where the release that served before goes. */
const moments: readonly Moment[] = [
  { step: 'build' },
  { step: 'commit' },
  { step: 'start' },
  { step: 'start', hasPod: true },
  { step: 'retire' },
]

/** Of each pod. */
function releasesOf(app: string): readonly string[] {
  const selector = ['--selector', 'app.kubernetes.io/component=web', '--no-headers']
  const columns = 'custom-columns=R:.metadata.labels.app\\.kubernetes\\.io/version'
  return cluster
    .kubectl(['get', 'pods', '--namespace', `hop3-${app}`, ...selector, '--output', columns])
    .split('\n')
    .filter(Boolean)
}

/** Of a command that has these words. */
const printed = [
  ['exec', 'PROC_TYPE=exec'],
  ['render', 'kind: Deployment'],
  ['--dry-run', 'Deployment blog-web'],
] as const

/** Unless it has come to its end. */
function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
