import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig } from '@hop3/core'
import { isRunning } from '@hop3/core/processes'
import { deploymentContextFor, processArtifact, releaseOf, testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dismissEmperor, findEmperor, wakeEmperor } from '../src/emperor.ts'
import { uwsgiDeployer } from '../src/index.ts'
import { layoutOf, type Layout } from '../src/layout.ts'
import { isSkipped, need } from './flavors.ts'

describe.skipIf(isSkipped('distribution'))(`the Emperor${need('distribution')}`, { timeout: 60_000 }, () => {
  test('goes on with what another command gives it in the moment of its dismissal', async () => {
    const { context, layout, directory, vassal } = await deployed()
    const before = await findEmperor(layout)
    const give = `: > "$0" && kill -URG "$1" && until [ "$(wc -l < "$2/starts")" = 2 ]; do sleep 0.02; done`
    let isGiven = false
    // As the other command: its file is there when nothing was to run any more, and the Emperor has started it before it is told to go.
    const given: Layout = {
      ...layout,
      get pidFile() {
        if (!isGiven) execFileSync('sh', ['-c', give, vassal, String(before?.pid), directory])
        isGiven = true
        return layout.pidFile
      },
    }
    await dismissEmperor(context, given)
    expect((await findEmperor(layout))?.pid).toBe(before?.pid)
    const starts = (await readFile(join(directory, 'starts'), 'utf8')).trim().split('\n')
    expect([starts.length, await isRunning(Number(starts.at(-1)))]).toEqual([2, true])
  })

  test('that rests, as a dismissal that was cut off leaves it, goes on with the next command', async () => {
    const { host, layout, directory, vassal } = await deployed()
    process.kill((await findEmperor(layout))?.pid ?? 0, 'SIGSTOP')
    await writeFile(vassal, '')
    expect(await wakeEmperor(layout)).toBe(true)
    while ((await readFile(join(directory, 'starts'), 'utf8')).trim().split('\n').length < 2) await host.clock.sleep(20)
  })
})

/** An app whose instance was taken from the Emperor, and can be given back to it by its file. */
async function deployed() {
  const host = await testHost()
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, 1),
    config: { ...emptyDeployConfig, stopTimeout: 5 },
    env: host.toolEnv,
  })
  const artifact = await processArtifact(context.release.path, { workers: { queue: 'exec sleep 1000' } })
  const deployer = uwsgiDeployer.create(context, artifact)
  onTestFinished(() => deployer.stop())
  await deployer.deploy()
  const layout = layoutOf(host.home)
  const id = execFileSync('ls', [layout.instances], { encoding: 'utf8' }).trim()
  const [directory, vassal] = [join(layout.instances, id), join(layout.vassals, `${id}.ini`)]
  const master = Number(await readFile(join(directory, 'starts'), 'utf8'))
  execFileSync('rm', [vassal])
  while (await isRunning(master)) await host.clock.sleep(20)
  return { host, context, layout, directory, vassal }
}
