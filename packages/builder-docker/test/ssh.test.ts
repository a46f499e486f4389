/** An engine on the other side of a real sshd, with keys and a configuration of its own. */
import { lacksSshServer, ownSshServer } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { buildStage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

const isSkipped = lacksEngine() || lacksSshServer()

describe.skipIf(isSkipped)('an engine behind sshd', { timeout: 120_000 }, () => {
  test('builds, by the configuration and the key of the user; and what ssh says is told', async () => {
    const server = await ownSshServer()
    const stage = await buildStage({ Dockerfile: 'FROM debian:bookworm-slim\nCOPY a.txt /\nCMD ["x"]\n', 'a.txt': String(Math.random()) })
    const env = { ...stage.context.env, PATH: `${server.bin}:${stage.context.env['PATH']}` }
    const artifact = await stage.build({ env: { ...env, DOCKER_HOST: `ssh://${server.host}` } })
    expect(artifact.location).toMatch(/^sha256:/)
    expect(stage.texts()).toContain('COPY a.txt')
    const refused = stage.build({ env: { ...env, DOCKER_HOST: `ssh://${server.strangeHost}` } })
    await expect(refused).rejects.toMatchObject({
      code: 'environment.docker-unreachable',
      message: expect.stringContaining('Permission denied'),
      hint: expect.stringContaining('ssh hop3-test-stranger docker version'),
    })
  })
})
