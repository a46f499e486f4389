/** The forwarder fails while a release is rolled out: what served goes on serving. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { emptyDeployConfig, systemClock, type DeploymentContext } from '@hop3/core'
import { deploymentContextFor, imageArtifact, releaseOf, testHost } from '@hop3/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { forwarderName, stackName } from '../src/swarm/stack-names.ts'
import { swarmDeployer } from '../src/swarm/swarm-deployer.ts'

export function registerForwarderFailures(env: () => Readonly<Record<string, string>>): void {
  test(
    'goes on serving when the forwarder of a new release cannot come up, and when it goes in the middle',
    { timeout: 180_000 },
    async () => {
      const host = await testHost()
      const stage = async (counter: number) => {
        const context = await deploymentContextFor(host, {
          release: releaseOf(host, counter),
          generation: counter,
          config: { ...emptyDeployConfig, target: 'swarm', stopTimeout: 5 },
          env: { HOME: '/nonexistent', ...env() },
        })
        const artifact = imageArtifact(inject('images').shell, context.release.path, { workers: { web: 'exec /app/server' } })
        return { context, deployer: swarmDeployer.create(context, artifact) }
      }
      const old = await stage(1)
      onTestFinished(() => old.deployer.stop())
      const info = await old.deployer.deploy()
      const status = await old.deployer.status()
      const asking = askOn(`http://${info.address}:${info.port}/`)

      const next = await stage(2)
      const taken = createServer().listen(await next.context.reservePort('web.1'), '127.0.0.1')
      await once(taken, 'listening')
      await expect(next.deployer.deploy()).rejects.toMatchObject({
        code: expect.stringMatching(/^deploy\./),
        hint: expect.stringMatching(/\S/),
      })
      expect(await old.deployer.status(), 'nothing has been rolled out').toEqual(status)
      expect(forwarders(next.context, env()), 'nor is anything left').toEqual([forwarderName(stackName(old.context), 1)])
      expect(asking.releases()).toEqual([old.context.release.id])
      await new Promise((resolve) => taken.close(resolve))

      const deploying = next.deployer.deploy()
      const name = forwarderName(stackName(next.context), 2)
      while (!forwarders(next.context, env()).includes(name)) await systemClock.sleep(20)
      // As soon as its tasks begin to be replaced.
      while (!(await next.deployer.status()).some(({ generation }) => generation === 2)) await systemClock.sleep(20)
      docker(env(), 'rm', '--force', name)
      const moved = await deploying
      expect(await (await fetch(`http://${moved.address}:${moved.port}/`)).json()).toMatchObject({ release: next.context.release.id })
      expect(await asking.end(), 'the old address has answered all the time').toEqual([])
      expect(asking.releases()).toEqual([old.context.release.id, next.context.release.id])
    },
  )
}

/** Asks until it is ended, one request after the other. */
function askOn(url: string): { readonly releases: () => readonly string[]; readonly end: () => Promise<readonly string[]> } {
  const seen = new Set<string>()
  const failures: string[] = []
  const over = new AbortController()
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        const answer: unknown = await (await fetch(url)).json()
        seen.add(String(Object(answer).release))
      } catch (error) {
        failures.push(String(error))
      }
      await systemClock.sleep(20)
    }
  }
  const asked = loop()
  onTestFinished(() => over.abort())
  return {
    releases: () => [...seen],
    end: async () => {
      over.abort()
      await asked
      return failures
    },
  }
}

function forwarders(context: DeploymentContext, env: Readonly<Record<string, string>>): readonly string[] {
  const filters = ['--filter', 'label=hop3.forwarder', '--filter', `label=hop3.stack=${stackName(context)}`]
  return docker(env, 'ps', '--all', '--format', '{{.Names}}', ...filters)
    .split('\n')
    .filter(Boolean)
}

function docker(env: Readonly<Record<string, string>>, ...words: readonly string[]): string {
  return execFileSync('docker', words, { encoding: 'utf8', env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}
