import { systemClock } from '@hop3/core'
import { openOwnEngine, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const images = useImages()

const [flavor] = flavors

test.skipIf(flavor === undefined || isSkipped(flavor) || process.getuid?.() !== 0)(
  'an engine that is restarted in the middle of a deploy: said, and the old release is what runs afterwards',
  { timeout: 180_000 },
  async () => {
    const engine = await openOwnEngine()
    onTestFinished(() => engine.close())
    engine.load(images.scratch)
    const host = await testHost()
    const env = { PATH: process.env['PATH'] ?? '', HOME: host.directory, DOCKER_HOST: engine.address }
    const given = { flavor: { name: 'Compose 2' as const, path: env.PATH }, image: images.scratch, host, context: { env } }
    const old = await stage({ ...given, runtime: { workers: { web: '' } } })
    const { address, port } = await old.deployer.deploy()
    const next = await stage({
      ...given,
      counter: 2,
      runtime: { healthcheckTimeout: 60 },
      metadata: { workers_argv: { web: ['/app/server', 'silent'] } },
    })
    const deploying = next.deployer.deploy().then(
      () => undefined,
      (error: unknown) => error,
    )
    while (!(await next.deployer.status()).some(({ release, state }) => release === next.context.release.id && state === 'starting'))
      await systemClock.sleep(50)
    await engine.stop()
    expect(await deploying).toMatchObject({
      code: expect.stringMatching(/^environment\.docker-(lost|stopped)$|^health\.exited$/),
      hint: expect.stringMatching(/\S/),
    })
    await expect(next.deployer.status()).rejects.toMatchObject({ code: 'environment.docker-stopped' })
    await engine.start()
    const answer = async (): Promise<number> =>
      fetch(`http://${address}:${port}/`).then(
        (found) => found.status,
        () => 0,
      )
    while ((await answer()) !== 200) await systemClock.sleep(50)
    expect(await old.deployer.deploy(), 'what served before serves at the same address').toMatchObject({ address, port })
    await old.deployer.retire?.()
    expect((await old.deployer.status()).map(({ release, state }) => `${release} ${state}`)).toEqual([`${old.context.release.id} running`])
    await old.deployer.stop()
  },
)
