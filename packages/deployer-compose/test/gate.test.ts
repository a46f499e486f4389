import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { projectName, homeMark } from '../src/names.ts'
import { stage, type StageRequest } from './staged.ts'
import { flavors, isSkipped, type Flavor, useImages } from './test-images.ts'

const images = useImages()

const web = (...words: readonly string[]) => ({ metadata: { workers_argv: { web: ['/app/server', ...words] } } })
type Row = readonly [what: string, code: string, message: RegExp, given: Partial<StageRequest>]
const short = { runtime: { healthcheckTimeout: 2 } }

const afterCompose: readonly Row[] = [
  ['never listens', 'health.timeout', /accepted no connection on port 8080/, web('silent')],
  ['listens on another port', 'health.wrong-port', /listens on \[::\]:9999 instead of port 8080/, web('port', '9999')],
  ['listens on its own loopback only', 'health.loopback', /listens on 127\.0\.0\.1:8080 only/, web('loopback')],
  ['answers badly', 'health.status', /status 503/, { runtime: { healthcheckTimeout: 3, healthcheckPath: '/status' } }],
]

/** What comes after Compose is the same for both. */
const isFirst = (flavor: Flavor): boolean => flavor === flavors[0]

describe.each(flavors)('with $name', (flavor) => {
  describe.skipIf(isSkipped(flavor))('what does not come up is told apart', { timeout: 180_000 }, () => {
    test.each<Row>([
      ['ends', 'health.exited', /ended with exit code 7 while it was starting.*the last words/s, web('exit', '7')],
      ...(isFirst(flavor) ? afterCompose : []),
      ['is no program', 'deploy.compose.program', /no program \/app\/nothing/, { metadata: { workers_argv: { web: ['/app/nothing'] } } }],
    ])('%s', async (_, code, message, given) => {
      const { deployer } = await stage({ flavor, image: images.shell, ...short, ...given })
      await expect(deployer.deploy()).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/\S/),
      })
      expect(await deployer.status()).toEqual([])
    })

    test.runIf(isFirst(flavor))('an image without a shell cannot run a command of a shell', async () => {
      const { deployer } = await stage({ flavor, image: images.scratch, runtime: { workers: { web: 'echo $PORT' } } })
      await expect(deployer.deploy()).rejects.toMatchObject({ code: 'deploy.compose.no-shell' })
      await expect(deployer.exec?.('ls', { stdio: 'lines' })).rejects.toMatchObject({ code: 'deploy.compose.no-shell' })
      expect(await deployer.status()).toEqual([])
    })

    test.runIf(isFirst(flavor) && process.arch === 'x64')('an image for other processors is told apart', async () => {
      const image = images.buildFor('linux/s390x')
      const { deployer } = await stage({ flavor, image, runtime: { workers: { web: '' } } })
      await expect(deployer.deploy()).rejects.toMatchObject({
        code: 'artifact.foreign',
        message: expect.stringContaining('was built for s390x, and this host is amd64'),
      })
      expect(await deployer.status()).toEqual([])
    })

    test.runIf(isFirst(flavor))('the own check of an image is asked, and says what is wrong', async () => {
      const bad = images.build('HEALTHCHECK --interval=1s --retries=1 CMD echo not yet; exit 1')
      const staged = await stage({ flavor, image: bad })
      await expect(staged.deployer.deploy()).rejects.toMatchObject({
        code: 'health.unhealthy',
        message: expect.stringContaining('not yet'),
      })
      const good = images.build('HEALTHCHECK --interval=1s CMD true')
      expect(await (await stage({ flavor, image: good })).deployer.deploy()).toMatchObject({ protocol: 'http' })
    })

    test('a container of that name that is not ours is named and left alone', async () => {
      const staged = await stage({ flavor, image: images.scratch })
      const project = projectName('shop', staged.context.release.id, 1, homeMark(staged.host.home))
      const name = flavor.name === 'Compose 2' ? `${project}-web-1-1` : `${project}_web-1_1`
      const id = execFileSync('docker', ['run', '--detach', '--name', name, images.shell, 'sleep', '1000'], { encoding: 'utf8' }).trim()
      onTestFinished(() => void execFileSync('docker', ['rm', '--force', id]))
      await expect(staged.deployer.deploy()).rejects.toMatchObject({
        code: 'deploy.compose.name-taken',
        message: expect.stringContaining(name),
      })
      await staged.deployer.stop()
      expect(execFileSync('docker', ['inspect', '--format', '{{.State.Running}}', id], { encoding: 'utf8' }).trim()).toBe('true')
    })

    test('a port somebody has taken is named', async () => {
      const staged = await stage({ flavor, image: images.scratch })
      const port = await staged.context.reservePort('web.1')
      const id = execFileSync('docker', ['run', '--detach', '--publish', `127.0.0.1:${port}:1`, images.shell, 'sleep', '1000'], {
        encoding: 'utf8',
      }).trim()
      onTestFinished(() => void execFileSync('docker', ['rm', '--force', id]))
      await expect(staged.deployer.deploy()).rejects.toMatchObject({
        code: 'deploy.compose.port-taken',
        message: expect.stringContaining(String(port)),
      })
      expect(await staged.deployer.status()).toEqual([])
    })

    test.runIf(isFirst(flavor))('an image that is gone is named', async () => {
      const { deployer } = await stage({ flavor, image: `sha256:${'0'.repeat(64)}` })
      await expect(deployer.deploy()).rejects.toMatchObject({
        code: 'deploy.compose.image-missing',
        hint: expect.stringContaining('hop3 deploy'),
      })
    })
  })
})

test('without an engine and without Compose each is named', async () => {
  const [flavor] = flavors
  if (flavor === undefined) throw new Error('no flavor')
  const nowhere = await stage({
    flavor,
    image: 'sha256:0',
    context: { env: { PATH: '/nonexistent', HOME: '/nonexistent', DOCKER_HOST: 'unix:///nonexistent/docker.sock' } },
  })
  await expect(nowhere.deployer.deploy()).rejects.toMatchObject({ code: expect.stringMatching(/^environment\.docker-/) })
  if (isSkipped(flavor)) return
  const bare = await stage({ flavor, image: images.scratch, context: { env: { PATH: '/nonexistent', HOME: '/nonexistent' } } })
  await expect(bare.deployer.deploy()).rejects.toMatchObject({ code: 'deploy.compose.missing' })
  const remote = await stage({
    flavor,
    image: images.scratch,
    context: { env: { PATH: flavor.path, DOCKER_HOST: 'ssh://me@example.org' } },
  })
  await expect(remote.deployer.deploy()).rejects.toMatchObject({ code: 'deploy.compose.remote' })
}, 180_000)
