/** The command before a release, on a cluster: one that fails or is killed changes nothing there. */
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { cutOffApiServer, killApiServer } from '../../src/api-server.ts'
import { stageClusterApp, writeAppWithShell } from '../../src/cluster-app.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

describeOnCluster({ timeout: 300_000 }, () => {
  it('one that fails changes nothing of what runs', async () => {
    const { machine, source, say } = await stageClusterApp(cluster, ['migrated'])
    await writeAppWithShell(source, 'one')
    await say('migrated')
    const first = await machine.hop3(['deploy', source, '--json'])
    expect(first.result).toMatchObject({ changed: true })
    const before = objectsOf('migrated')
    expect((await machine.hop3(['env', 'set', 'migrated', 'GREETING=hello', '--no-restart'])).exitCode).toBe(0)
    await writeAppWithShell(source, 'two')
    await say('migrated', 'user = 0\n[run]\nbefore-run = ["true", "echo no such column; exit 4"]\n')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({
      code: 'deploy.before-run',
      message: expect.stringMatching(/exited with 4[^]*no such column/),
    })
    await expect.poll(() => objectsOf('migrated'), { timeout: 60_000 }).toEqual(before)
    expect(await (await fetch(`http://127.0.0.1:${Number(first.result['port'])}/`)).text()).toBe('one')
  })

  it('one before a first release leaves none of its objects', async () => {
    const { machine, source, say } = await stageClusterApp(cluster, ['unborn'])
    await writeAppWithShell(source, 'one')
    await say('unborn', '[run]\nbefore-run = "exit 4"\n')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ code: 'deploy.before-run' })
    await expect.poll(() => objectsOf('unborn').filter((line) => !line.startsWith('Namespace ')), { timeout: 60_000 }).toEqual([])
  })

  it('none runs before a release that the cluster refuses, and nothing is said of the one that serves', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hop3-kubeconfig-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const kubeconfig = join(directory, 'kubeconfig')
    await copyFile(cluster.kubeconfig, kubeconfig)
    const { machine, source, say } = await stageClusterApp({ ...cluster, kubeconfig }, ['migrated'])
    await writeAppWithShell(source, 'one')
    await say('migrated')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
    await writeAppWithShell(source, 'two')
    await say('migrated', '[run]\nbefore-run = "echo it runs"\n')
    const refused = async (...words: readonly string[]) => {
      const { result, events } = await machine.hop3(['deploy', source, '--json', ...words])
      const told = events.filter(({ level, text }) => level === 'warn' || level === 'error' || text === 'it runs')
      return { code: result['code'], told }
    }
    expect(await refused('--namespace', 'nope')).toEqual({ code: 'deploy.kubernetes.elsewhere', told: [] })
    cluster.kubectl(['set', 'image', 'deployment/migrated-web', '*=somebody/else:1', '--namespace', 'hop3-migrated'])
    expect(await refused()).toEqual({ code: 'deploy.kubernetes.conflict', told: [] })
    await rename(kubeconfig, `${kubeconfig}.away`)
    expect(await refused()).toEqual({ code: 'environment.kubeconfig', told: [] })
    await rename(`${kubeconfig}.away`, kubeconfig)
    expect((await machine.hop3(['ps', 'migrated', '--json'])).result).toMatchObject({
      apps: [{ release: expect.stringMatching(/^r000001-/) }],
    })
  })

  it('one of a command that was killed ends before the next begins', async () => {
    const { machine, source, say } = await stageClusterApp(cluster, ['migrated'])
    await writeAppWithShell(source, 'one')
    await say('migrated')
    const first = await machine.hop3(['deploy', source, '--json'])
    const before = objectsOf('migrated')
    await writeAppWithShell(source, 'two')
    await say('migrated', '[run]\nbefore-run = "sleep 1000"\n')
    const deploying = machine.start(['deploy', source])
    await expect.poll(() => objectsOf('migrated').some((line) => /^Pod .* Running exec/.test(line)), { timeout: 120_000 }).toBe(true)
    if (deploying.pid !== undefined) process.kill(deploying.pid, 'SIGKILL')
    await deploying.finished
    await sleep(500)
    expect((await machine.hop3(['ps', 'migrated', '--json'])).result).toMatchObject({ apps: [expect.objectContaining({ isServed: true })] })
    expect(objectsOf('migrated')).toEqual(before)
    expect(await (await fetch(`http://127.0.0.1:${Number(first.result['port'])}/`)).text()).toBe('one')
  })

  it.each([
    ['is gone for some seconds', async () => killApiServer(cluster)],
    ['is out of reach for some seconds', async () => cutOffForSomeTime()],
  ])('one goes on to its end when the API server %s', async (_, takeAway) => {
    const { machine, source, say } = await stageClusterApp(cluster, ['migrated'])
    await writeAppWithShell(source, 'one')
    // One line behind the other, the last without an end, by one pod.
    const steps =
      'for step in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do echo $HOSTNAME $step; sleep 1; done; printf "$HOSTNAME 20"'
    await say('migrated', `[run]\nbefore-run = '${steps}'\n`)
    const deploying = machine.start(['deploy', source, '--json'])
    await expect.poll(() => objectsOf('migrated').some((line) => /^Pod .* Running exec/.test(line)), { timeout: 120_000 }).toBe(true)
    await sleep(2_000)
    const bringBack = await takeAway()
    onTestFinished(bringBack, 150_000)
    await bringBack()
    const { result, events } = await deploying.finished
    expect(result).toMatchObject({ changed: true })
    const printed = events.map(({ text }) => /^(\S+-exec-\S+) (\d+)$/.exec(String(text))).filter((match) => match !== null)
    expect(printed.map(([, , step]) => Number(step))).toEqual(Array.from({ length: 20 }, (__, index) => index + 1))
    expect(new Set(printed.map(([, pod]) => pod)).size).toBe(1)
  })
})

/** Long enough for a connection to be taken for lost. */
async function cutOffForSomeTime(): Promise<() => Promise<void>> {
  const restore = cutOffApiServer(cluster)
  let isCut = true
  return async () => {
    if (isCut) await sleep(14_000)
    isCut = false
    restore()
  }
}

/** A line for each object that is the app's, and how strict its namespace is. */
function objectsOf(app: string): readonly string[] {
  const kinds = 'deployments,services,secrets,jobs,cronjobs,pods,pvc,poddisruptionbudgets'
  const columns =
    'custom-columns=K:.kind,N:.metadata.name,P:.status.phase,W:.metadata.labels.app\\.kubernetes\\.io/component,E:.metadata.labels.pod-security\\.kubernetes\\.io/enforce'
  const selector = `app.kubernetes.io/name=${app}`
  const read = (...words: readonly string[]): string =>
    cluster.kubectl(['get', ...words, '--selector', selector, '--no-headers', '--ignore-not-found', '--output', columns])
  return `${read('namespaces')}${read(kinds, '--namespace', `hop3-${app}`)}`
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .filter((line) => line !== '')
    .toSorted()
}
