/** Engines that fail a build from outside: no right to use them, no room, an end in the middle. On engines and as users of a test's own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cp } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openOwnEngine, tempApp, type OwnEngine } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildStage, type Stage } from './build-stage.ts'
import { lacksEngine, lacksProgram } from './engine-fixture.ts'

const child = fileURLToPath(new URL('./build-child.ts', import.meta.url))
const nobody = 65_534

/** A build as somebody who is in no group but the named ones. */
async function buildAs(groups: readonly number[], files: Readonly<Record<string, string>>, hidden?: string): Promise<string> {
  const source = await tempApp(files)
  const home = await tempApp()
  for (const path of [source, home]) chownSync(path, nobody, nobody)
  if (hidden !== undefined) chmodSync(join(source, hidden), 0o000)
  const words = ['--reuid', String(nobody), '--regid', String(nobody), groups.length === 0 ? '--clear-groups' : `--groups=${groups.join()}`]
  const building = spawn('setpriv', [...words, process.execPath, '--conditions=@hop3/source', child, source, home, 'hop3-test-nobody'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  building.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(building, 'close')
  return said
}

describe.skipIf(lacksEngine() || process.getuid?.() !== 0)('as a user without rights', { timeout: 120_000 }, () => {
  const app = { Dockerfile: 'FROM scratch\nCOPY . /\nCMD ["x"]\n', 'kept/secret.txt': 'x' }

  test('an engine that the user may not use is told from one that is not there', async () => {
    expect(await buildAs([], app)).toMatch(/environment\.docker-permission[^]*usermod -aG docker/)
  })

  test.each(['true', 'false'])('a file that cannot be read is named, and how to leave it out (BuildKit: %s)', async (buildkit) => {
    const group = statSync('/var/run/docker.sock').gid
    const files = { ...app, 'hop3.toml': `[build.docker]\nbuildkit = ${buildkit}\n` }
    expect(await buildAs([group], files, 'kept/secret.txt')).toMatch(/build\.source-unreadable[^]*kept\/secret\.txt[^]*\.dockerignore/)
    expect(await buildAs([group], files, 'kept')).toMatch(/build\.source-unreadable[^]*kept[^]*\.dockerignore/)
  })
})

describe.skipIf(lacksEngine() || lacksProgram('dockerd') || lacksProgram('busybox') || process.getuid?.() !== 0)(
  'an engine of its own',
  { timeout: 240_000 },
  () => {
    let engine: OwnEngine
    beforeAll(async () => {
      engine = await openOwnEngine({ megabytes: 48 })
    }, 120_000)
    afterAll(() => engine?.close(), 120_000)

    const stageThere = async (dockerfile: string, options: string): Promise<Stage> => {
      // Nothing is loaded into so little room: a static program is all that steps need.
      const stage = await buildStage({
        Dockerfile: `FROM scratch\nCOPY busybox /\n${dockerfile}`,
        'hop3.toml': `[build.docker]\nnetwork = "none"\n${options}\n`,
      })
      await cp('/bin/busybox', join(stage.source, 'busybox'))
      const env = { ...stage.context.env, DOCKER_HOST: engine.address }
      return { ...stage, build: async (change) => stage.build({ env, ...change }) }
    }

    test.each(['true'])('that is restarted in the middle is said to be, and builds afterwards (BuildKit: %s)', async (buildkit) => {
      const stage = await stageThere('RUN ["/busybox", "sleep", "297"]\nCMD ["x"]\n', `buildkit = ${buildkit}`)
      const building = stage.build().catch((error: unknown) => error)
      await vi.waitUntil(() => stage.events.some(({ text }) => /RUN.*sleep.*297/.test(text)), { timeout: 60_000, interval: 100 })
      await engine.stop()
      const error = await building
      await engine.start()
      expect(error).toMatchObject({ code: 'environment.docker-lost', hint: expect.stringContaining('run the command again') })
      const again = await stageThere('RUN ["/busybox", "true"]\nCMD ["x"]\n', `buildkit = ${buildkit}`)
      expect(await again.build()).toMatchObject({ kind: 'docker-image' })
    })

    test.each(['true', 'false'])('that is full says so, and what makes room (BuildKit: %s)', async (buildkit) => {
      const stage = await stageThere('COPY large /\nCMD ["x"]\n', `buildkit = ${buildkit}`)
      writeFileSync(join(stage.source, 'large'), '')
      truncateSync(join(stage.source, 'large'), 64 * 1024 * 1024)
      await expect(stage.build()).rejects.toMatchObject({
        code: 'environment.docker-full',
        message: expect.stringContaining('no space left on device'),
        hint: expect.stringContaining('docker builder prune'),
      })
    })

    test.each(['true', 'false'])('that a step fills says so, too (BuildKit: %s)', async (buildkit) => {
      const fill = 'RUN ["/busybox", "dd", "if=/dev/zero", "of=/large", "bs=1M", "count=64"]\nCMD ["x"]\n'
      await expect((await stageThere(fill, `buildkit = ${buildkit}`)).build()).rejects.toMatchObject({ code: 'environment.docker-full' })
    })
  },
)
