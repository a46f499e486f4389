/** The API server of a cluster dies while a release is rolled out: what served before answers on, and nothing is forgotten. */
import { expect, it, onTestFinished } from 'vitest'
import { cutOffApiServer, killApiServer } from '../../src/api-server.ts'
import { stageClusterApp, writeAppWithShell, type ClusterApp } from '../../src/cluster-app.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

describeOnCluster({ timeout: 400_000 }, () => {
  it('a deploy says so in time, and the next command goes back to what served', async () => {
    const app = await stageClusterApp(cluster, ['lost'])
    const port = await deployed(app)
    const deploying = await rollOutSlowly(app)
    const startAgain = await killApiServer(cluster)
    onTestFinished(startAgain, 150_000)
    const began = performance.now()
    const { result, events } = await deploying.finished
    expect(result).toMatchObject({ code: 'environment.kubernetes-unreachable', hint: expect.stringContaining('run the command again') })
    expect(performance.now() - began, 'within the twenty seconds that are promised, with room').toBeLessThan(120_000)
    expect(events.filter(({ text }) => /does not answer/.test(String(text)))).toEqual([])
    expect(await textAt(port)).toBe('one')

    expect((await app.machine.hop3(['ps', 'lost', '--json'])).result, 'as long as nobody answers').toMatchObject({
      code: 'environment.kubernetes-unreachable',
    })
    await startAgain()
    expect((await app.machine.hop3(['ps', 'lost', '--json'])).result).toMatchObject({ apps: [expect.objectContaining({ isServed: true })] })
    await reaches(port, 'one')
    expect(releases()).toEqual([expect.stringMatching(/^r000001-/)])
  })

  it('a deploy whose packets vanish says so in time, and the next command goes back to what served', async () => {
    const app = await stageClusterApp(cluster, ['lost'])
    const port = await deployed(app)
    const deploying = await rollOutSlowly(app)
    const restore = cutOffApiServer(cluster)
    onTestFinished(restore)
    const began = performance.now()
    const { result, events } = await deploying.finished
    expect(result).toMatchObject({ code: 'environment.kubernetes-unreachable', hint: expect.stringContaining('run the command again') })
    expect(performance.now() - began, 'within the thirty seconds that are promised, with room').toBeLessThan(120_000)
    expect(events.filter(({ text }) => /does not answer/.test(String(text)))).toEqual([])
    // The cluster goes on with what it was told, whoever watches.
    expect(['one', 'two']).toContain(await textAt(port))

    const asked = performance.now()
    expect((await app.machine.hop3(['ps', 'lost', '--json'])).result, 'as long as nobody answers').toMatchObject({
      code: 'environment.kubernetes-unreachable',
    })
    expect(performance.now() - asked, 'within the ten seconds that a connection may take, with room').toBeLessThan(60_000)
    restore()
    expect((await app.machine.hop3(['ps', 'lost', '--json'])).result).toMatchObject({ apps: [expect.objectContaining({ isServed: true })] })
    await reaches(port, 'one')
    expect(releases()).toEqual([expect.stringMatching(/^r000001-/)])
  })

  it('a deploy goes on when it comes back soon', async () => {
    const app = await stageClusterApp(cluster, ['lost'])
    const port = await deployed(app)
    const deploying = await rollOutSlowly(app)
    const startAgain = await killApiServer(cluster)
    onTestFinished(startAgain, 150_000)
    await startAgain()
    expect((await deploying.finished).result).toMatchObject({ changed: true })
    await reaches(port, 'two')
    expect(releases()).toEqual([expect.stringMatching(/^r000002-/)])
  })
})

async function deployed({ machine, source, say }: ClusterApp): Promise<number> {
  await writeAppWithShell(source, 'one')
  await say('lost')
  const { result } = await machine.hop3(['deploy', source, '--json'])
  expect(result).toMatchObject({ changed: true })
  return Number(result['port'])
}

/** Resolves when the new pod is there and not ready for some time yet. */
async function rollOutSlowly({ machine, source, say }: ClusterApp): Promise<ReturnType<ClusterApp['machine']['start']>> {
  await writeAppWithShell(source, 'two')
  await say('lost', '[run.workers]\nweb = "sleep 8; exec /server"\n[run]\nstart-timeout = 60\n')
  const deploying = machine.start(['deploy', source, '--json'])
  await expect.poll(releases, { timeout: 120_000 }).toHaveLength(2)
  return deploying
}

function releases(): readonly string[] {
  const columns = 'custom-columns=R:.metadata.labels.app\\.kubernetes\\.io/version'
  const selector = 'app.kubernetes.io/component=web'
  const said = cluster.kubectl(['get', 'pods', '--namespace', 'hop3-lost', '--selector', selector, '--no-headers', '--output', columns])
  return said.split('\n').filter((line) => line !== '')
}

const textAt = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

/** A node asks an API server that was away again at its own pace, half a minute apart at most: until then it leads to pods that may have gone. */
const reaches = (port: number, text: string): Promise<void> => expect.poll(() => textAt(port), { timeout: 60_000 }).toBe(text)
