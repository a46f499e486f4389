/** Podman's service, which speaks Docker's API: a store of its own below a temporary directory, gone with it. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildStage, type Stage } from './build-stage.ts'
import { lacksEngine, lacksProgram } from './engine-fixture.ts'

describe.skipIf(lacksEngine() || lacksProgram('podman') || process.getuid?.() !== 0)('Podman', { timeout: 120_000 }, () => {
  let directory: string
  let stop: () => Promise<unknown>
  beforeAll(async () => {
    directory = await mkdtemp('/tmp/hop3-podman-')
    const places = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run'), '--storage-driver', 'overlay']
    const service = spawn('podman', [...places, 'system', 'service', '--time=0', `unix://${socket()}`], { stdio: 'ignore' })
    stop = async () => {
      service.kill('SIGTERM')
      await once(service, 'close')
      execFileSync('podman', [...places, 'rmi', '--all', '--force'], { stdio: 'ignore' })
    }
    await vi.waitUntil(() => existsSync(socket()), { timeout: 60_000, interval: 100 })
    const image = execFileSync('docker', ['save', 'debian:bookworm-slim'], { maxBuffer: 1e9 })
    execFileSync('podman', [...places, 'load'], { input: image, stdio: ['pipe', 'ignore', 'inherit'] })
  }, 180_000)
  afterAll(async () => {
    await stop()
    await rm(directory, { recursive: true, force: true })
  }, 60_000)

  const socket = (): string => join(directory, 'p.sock')
  const stageThere = async (dockerfile: string, options = ''): Promise<Stage> => {
    const stage = await buildStage({ Dockerfile: dockerfile, 'hop3.toml': `[build.docker]\nnetwork = "none"\n${options}\n`, 'a.txt': 'a' })
    const env = { ...stage.context.env, DOCKER_HOST: `unix://${socket()}` }
    return { ...stage, build: async (change) => stage.build({ env, ...change }) }
  }

  test('builds the same image, and shows its steps', async () => {
    const stage = await stageThere(
      'FROM debian:bookworm-slim AS one\nARG A\nRUN echo from the first\nFROM debian:bookworm-slim\nCOPY a.txt /\nRUN --mount=type=cache,target=/x echo from the second\nEXPOSE 3000\nENTRYPOINT ["/e"]\nCMD ["x"]\n',
    )
    const artifact = await stage.build()
    expect(artifact).toMatchObject({
      location: expect.stringMatching(/^sha256:/),
      runtime: { workers: { web: '/e x' } },
      metadata: { port: 3000, image: { builder: 'classic' } },
    })
    expect(stage.texts()).toMatch(/from the second/)
    await stage.build()
    const ends = stage.events.filter(({ data, text }) => data?.['kind'] === 'end' && text.includes('COPY'))
    expect(ends.map(({ data }) => data?.['cached'])).toEqual([false, true])
  })

  test.each([
    [
      'FROM debian:bookworm-slim AS a\nENV A=1\nFROM debian:bookworm-slim\n\nRUN echo said; exit 42\n',
      'build.step-failed',
      /^Dockerfile:5: .*exited with 42[^]*said/,
    ],
    ['FROM debian:bookworm-slim\nRUNN x\n', 'build.dockerfile', /^Dockerfile:2: unknown instruction: RUNN/],
    ['FROM debian:bookworm-slim\nRUN <<E\necho x\nE\n', 'build.needs-buildkit', /^Dockerfile:2: RUN with a here-document/],
    ['FROM hop3-test.invalid/none:1\n', 'build.base-image', /^Dockerfile:1: .*hop3-test\.invalid\/none:1/],
  ])('says what is wrong with %j', async (dockerfile, code, message) => {
    await expect((await stageThere(dockerfile)).build()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('takes no secrets, and says so', async () => {
    const stage = await stageThere(
      'FROM debian:bookworm-slim\nRUN --mount=type=secret,id=TOKEN,required=true true\n',
      'secrets = ["TOKEN"]',
    )
    await expect(stage.build({ secret: () => 'x' })).rejects.toMatchObject({
      code: 'build.needs-buildkit',
      message: expect.stringContaining('TOKEN'),
    })
  })
})
