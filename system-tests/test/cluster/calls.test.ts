/** What a cluster is asked where there is nothing to do. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { stageClusterApp, writeAppWithShell } from '../../src/cluster-app.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'
import { recordingApi } from '../../src/recording-api.ts'

describeOnCluster({ timeout: 300_000 }, () => {
  it('an unchanged deploy asks five things at most, and changes nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hop3-recorded-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const { kubeconfig, calls, close } = await recordingApi(cluster, directory)
    onTestFinished(close)
    const { machine, source, say } = await stageClusterApp({ ...cluster, kubeconfig }, ['asked'])
    await writeAppWithShell(source, 'one')
    await say('asked', '[run.workers]\nweb = "exec /server"\ncron-tick = "0 4 * * * /server"\n')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
    for (const words of [
      ['deploy', source],
      ['ps', 'asked'],
    ]) {
      const before = calls.length
      expect((await machine.hop3([...words, '--json'])).exitCode).toBe(0)
      const asked = calls.slice(before)
      expect({ asked, isFew: asked.length <= 5 }).toEqual({ asked, isFew: true })
      expect(asked.length).toBeGreaterThan(0)
      expect(asked.filter((call) => !call.startsWith('GET '))).toEqual([])
    }
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: false })
  })
})
