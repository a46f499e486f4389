import { describe, expect, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { buildStage } from './build-stage.ts'
import { docker, lacksEngine } from './engine-fixture.ts'

describe.skipIf(lacksEngine())('an image that was built', { timeout: 60_000 }, () => {
  test('is there until somebody removes it', async () => {
    const stage = await buildStage({ Dockerfile: 'FROM scratch\nCOPY a.txt /\nCMD ["x"]\n', 'a.txt': String(Math.random()) })
    const artifact = await stage.build()
    const holds = (env = stage.context.env): Promise<boolean> | undefined =>
      dockerBuilder.create({ ...stage.context, env }).holds?.(artifact)
    const problems = (): Promise<readonly string[]> | undefined => dockerBuilder.store?.(stage.context).verify?.(artifact)
    expect([await holds(), await problems()]).toEqual([true, []])
    docker('rmi', '--force', artifact.location)
    expect([await holds(), await problems()]).toEqual([false, [expect.stringContaining(artifact.location)]])
    await expect(holds({ ...stage.context.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' })).rejects.toMatchObject({
      code: expect.stringMatching(/^environment\.docker-/),
    })
  })
})
