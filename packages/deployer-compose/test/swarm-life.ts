/** What happens to an app in a swarm besides what every deployer's contract says. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, rename, writeFile } from 'node:fs/promises'
import { emptyDeployConfig, systemClock, type Clock } from '@hop3/core'
import { deploymentContextFor, imageArtifact, releaseOf, testHost } from '@hop3/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { unreachedHeader } from '../src/swarm/forwarder-config.ts'
import { forwarderName, serviceName, stackLayout, stackName } from '../src/swarm/stack-names.ts'
import { swarmDeployer } from '../src/swarm/swarm-deployer.ts'

type Env = () => Readonly<Record<string, string>>

export function registerSwarmLife(env: Env): void {
  test('keeps what belongs to it for as long as a task of it runs', { timeout: 180_000 }, async () => {
    const { context, artifact, deployer, tasks, generations, docker } = await stage(env, 'exec /app/server stubborn')
    await deployer.deploy()
    const kept = await readdir(generations)
    const hurried = swarmDeployer.create({ ...context, clock: hurriedClock() }, artifact)
    const notStopped = { code: 'deploy.swarm.not-stopped', message: expect.stringContaining('web.1') }
    await expect(hurried.stop()).rejects.toMatchObject(notStopped)
    expect(tasks()).toHaveLength(1)
    await expect(hurried.stop(), 'once more, with no service left').rejects.toMatchObject(notStopped)
    expect(await readdir(generations)).toEqual(kept)
    const ended = swarmDeployer.create({ ...context, signal: AbortSignal.timeout(1_000) }, artifact)
    await expect(ended.stop(), 'Ctrl-C ends the wait').rejects.toMatchObject({ name: expect.stringMatching(/^(?:Abort|Timeout)Error$/) })
    for (const id of tasks()) docker('kill', id)
    await deployer.stop()
    expect(existsSync(generations)).toBe(false)
  })

  test(
    'is told of a client by this host alone; and what earlier generations left is not forgotten unseen',
    { timeout: 180_000 },
    async () => {
      const { context, deployer, stack, tasks, generations, docker } = await stage(env, 'exec /app/server')
      const info = await deployer.deploy()
      const said = await fetch(`http://${info.address}:${info.port}/headers`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
      expect(await said.text(), 'by the proxy in front').toContain('"203.0.113.9, ')

      const request = 'GET /headers HTTP/1.1\\r\\nHost: a\\r\\nX-Forwarded-For: 203.0.113.9\\r\\nConnection: close\\r\\n\\r\\n'
      const script = `exec 3<>/dev/tcp/${forwarderName(stack, context.generation)}/8080; printf '${request}' >&3; cat <&3`
      const heard = docker('exec', tasks()[0] ?? '', 'bash', '-c', script)
      expect(heard).toContain('X-Forwarded-For')
      expect(heard, 'by one of its own tasks').not.toContain('203.0.113.9')

      const head = async (path: string) => {
        const { status, headers } = await fetch(`http://${info.address}:${info.port}${path}`, { method: 'HEAD' })
        return [status, headers.get(unreachedHeader)]
      }
      expect(await head('/hang-up'), 'a task that says nothing has been reached').toEqual([502, null])
      docker('service', 'scale', '--detach', `${serviceName(stack, 'web')}=0`)
      await expect.poll(tasks, { timeout: 40_000 }).toEqual([])
      expect(await head('/')).toEqual([503, 'true'])

      await rename(generations, `${generations}.away`)
      await writeFile(generations, '')
      await expect(deployer.retire?.()).rejects.toMatchObject({ code: 'ENOTDIR' })
    },
  )
}

async function stage(env: Env, web: string) {
  const docker = (...words: readonly string[]): string => execFileSync('docker', words, { encoding: 'utf8', env: { ...env() } })
  const host = await testHost()
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, 1),
    generation: 1,
    config: { ...emptyDeployConfig, target: 'swarm', stopTimeout: 20 },
    env: { HOME: '/nonexistent', ...env() },
  })
  const artifact = imageArtifact(inject('images').shell, context.release.path, { workers: { web } })
  const deployer = swarmDeployer.create(context, artifact)
  const stack = stackName(context)
  const tasks = (): readonly string[] =>
    docker('ps', '--quiet', '--filter', `label=com.docker.stack.namespace=${stack}`).split('\n').filter(Boolean)
  onTestFinished(async () => {
    for (const id of tasks()) docker('kill', id)
    await deployer.stop()
  }, 60_000)
  return { docker, context, artifact, deployer, stack, tasks, generations: stackLayout(context).generations }
}

/** Each sleep takes as long as it takes, and ten seconds on the clock. */
function hurriedClock(): Clock {
  let ahead = 0
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() + ahead,
    async sleep(milliseconds, signal) {
      await systemClock.sleep(milliseconds, signal)
      ahead += 10_000
    },
  }
}
