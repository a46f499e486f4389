/** `hop3 render` of what an orchestrator cannot run: one error that says what the release is and what mends it, and no document. */
import { join } from 'node:path'
import { systemClock, type BuildArtifact } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { imageArtifact, processArtifact, siteArtifact, tempApp } from '@hop3/testing'
import { describe, expect, test, vi } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

vi.setConfig({ testTimeout: 60_000 })

type Make = (directory: string) => Promise<BuildArtifact>

const closure: Make = async (directory) => ({ ...(await processArtifact(directory)), kind: 'nix-closure', builder: 'nix' })

describe.each<readonly [string, Make, string]>([
  ['processes', processArtifact, 'processes of the host (kind "node")'],
  ['a directory of files', siteArtifact, 'a site of files (kind "static")'],
  ['a closure of Nix', closure, 'processes of the host (kind "nix-closure")'],
])('%s', (_, make, form) => {
  test.each(['kubernetes', 'compose', 'swarm'])('are nothing for %s', async (target) => {
    const { hop3, id } = await released(make)
    expect(await hop3('render', 'shop', '--target', target)).toEqual({
      exitCode: 40,
      stdout: '',
      stderr:
        `error: Cannot render shop for "${target}": its release ${id} is ${form}, and "${target}" takes a container image. [select.deployer.refused]\n` +
        'hint: In hop3.toml, build an image: strategy = "docker" under [build]. Then: hop3 build, and name what it has built where another release serves (--release).\n',
    })
  })

  test('nor where hop3.toml names one', async () => {
    const { hop3 } = await released(make, { target: 'kubernetes' })
    const { exitCode, stderr } = await hop3('render', 'shop', '--json')
    expect({ exitCode, stderr }).toEqual({ exitCode: 40, stderr: '' })
  })

  test('without a name, who would run them is told nothing that could be printed', async () => {
    const { hop3 } = await released(make)
    const { exitCode, stdout, stderr } = await hop3('render', 'shop')
    expect({ exitCode, stdout }).toEqual({ exitCode: 50, stdout: '' })
    expect(stderr).toMatch(/^error: There is nothing to render of shop: the (uwsgi|static) deployer tells nobody what is to run\./)
  })
})

test('an image of this host alone is nothing for a cluster', async () => {
  const { hop3 } = await released(async (directory) => imageArtifact(`sha256:${'1'.repeat(64)}`, directory))
  const { exitCode, stdout, stderr } = await hop3('render', 'shop', '--target', 'kubernetes')
  expect({ exitCode, stdout }).toEqual({ exitCode: 50, stdout: '' })
  expect(stderr).toMatch(
    /\[deploy\.kubernetes\.local-image\]\nhint: .*\n {2}\[build\.docker\]\n {2}push = "registry\.example\.com\/shop"\n$/,
  )
})

/** A home of the test's own with one release of the app, made without a build. */
async function released(make: Make, deploy: object = {}) {
  const root = await tempApp()
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), HOP3_RUN: join(root, 'run') }
  const home = createHome({ path: env.HOP3_HOME, runPath: env.HOP3_RUN, clock: systemClock }).app('shop')
  const lock = await home.lock({ operation: 'deploy', wait: false, signal: new AbortController().signal, notice: () => {} })
  const slot = await home.nextRelease('1f3a9c2e00000000')
  await home.reserve(slot)
  await home.commit(slot, { ...(await make(join(slot.path, 'source'))), metadata: { schema: 1, deploy } })
  await lock.release()
  const hop3 = (...words: readonly string[]): Promise<Finished> => runCommand(hop3Command(words), { cwd: root, env })
  return { hop3, id: slot.id }
}
