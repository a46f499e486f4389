import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { writeImageApp } from '../src/image-app.ts'
import { createSwarm, execIn, lacksSwarm, type Swarm, type SwarmNode } from '../src/swarm-nodes.ts'

let swarm: Swarm
let machine: CommandLine

describe.skipIf(lacksSwarm())('a swarm in which something fails', { timeout: 300_000 }, () => {
  beforeAll(async () => void (swarm = await createSwarm(['caddy:2', 'debian:bookworm-slim'])), 120_000)
  afterAll(async () => swarm.dispose(), 60_000)
  beforeEach(async () => {
    const { engine, prefix } = swarm.manager
    machine = await createCommandLine({ options: { prefix, env: { DOCKER_HOST: engine } } })
  })
  afterEach(async () => {
    swarm.setWire('up')
    swarm.setTunnel('up')
    await machine.dispose()
  }, 60_000)

  it('names a worker that never stays up, and what served before serves, its worker included', async () => {
    const source = join(machine.directory, 'shop')
    const first = await deploy(source, 'v0', 'echo works; exec sleep 1000')
    expect(first).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect((await deploy(source, 'v1', 'echo the last words; exit 4')).result).toMatchObject({
      code: expect.stringMatching(/^deploy\.swarm\.(rolled-back|task)$/),
      message: expect.stringMatching(/queue\.1 ended with exit code 4.*the last words/s),
    })
    expect(ask(first.result)).toBe('v0')
    expect((await machine.hop3(['ps', 'shop'])).stdout).toMatch(
      /queue\.1 +running.*\n.*web\.1 +running|web\.1 +running.*\n.*queue\.1 +running/,
    )
  })

  it('is done when requests reach the tasks, and goes back when they never do', { timeout: 480_000 }, async () => {
    const source = join(machine.directory, 'apart')
    const next = async (version: string) => deploy(source, version, 'exec sleep 1000', pushTo('apart'))
    const filters = ['--filter', 'label=hop3.app=apart', '--filter', 'label=hop3.worker=web']
    const websOf = (node: SwarmNode) =>
      node
        .docker('ps', '--quiet', ...filters)
        .split('\n')
        .filter(Boolean).length
    /** The swarm puts the next task of a worker on the other node. */
    const untilHere = async () => {
      for (let tries = 0; tries < 3; tries++) {
        const done = await next(`here-${tries}`)
        await vi.waitUntil(() => websOf(swarm.manager) + websOf(swarm.worker) === 1, { timeout: 30_000 })
        if (websOf(swarm.manager) === 1) return done
      }
      throw new Error('The swarm puts every task on the other node.')
    }
    await untilHere()
    swarm.setWire('down')
    await systemClock.sleep(8_000)
    swarm.setWire('up')
    const back = await next('v1')
    expect(back).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect(ask(back.result)).toBe('v1')

    const here = await untilHere()
    const version = ask(here.result)
    swarm.setTunnel('down')
    const failed = await next('v2')
    expect(failed.result).toMatchObject({ code: 'deploy.swarm.unreached', hint: expect.stringContaining('4789') })
    swarm.setTunnel('up')
    expect(ask(here.result)).toBe(version)
  })

  it('deploys on what is left when a node has gone, without a word or by leaving', async () => {
    const source = join(machine.directory, 'wide')
    const push = pushTo('wide')
    const serves = async (version: string) => {
      const done = await deploy(source, version, 'exec sleep 1000', push)
      expect(done).toMatchObject({ exitCode: 0, result: { changed: true } })
      expect(ask(done.result)).toBe(version)
    }
    const runsThere = () => swarm.worker.docker('ps', '--quiet', '--filter', 'label=hop3.app=wide') !== ''
    await serves('v0')
    expect(runsThere()).toBe(true)
    swarm.setWire('down')
    await serves('v1')
    swarm.setWire('up')
    await vi.waitUntil(() => swarm.manager.docker('node', 'ls', '--format', '{{.Status}}') === 'Ready\nReady', { timeout: 60_000 })
    await serves('v2')
    swarm.worker.docker('swarm', 'leave')
    await serves('v3')
  })
})

const pushTo = (app: string): string => `[build.docker]\npush = "${swarm.registry}/${app}"\n`

async function deploy(source: string, version: string, queue: string, more = '') {
  await writeImageApp(source, version)
  const dockerfile = `FROM debian:bookworm-slim\nCOPY app /server\nENV VERSION=${version}\nEXPOSE 8080\nCMD ["/server"]\n`
  await writeFile(join(source, 'Dockerfile'), dockerfile)
  await writeFile(join(source, 'Procfile'), `web: /server\nqueue: ${queue}\n`)
  await writeFile(join(source, 'hop3.toml'), `[deploy]\ntarget = "swarm"\nstop-timeout = 5\n${more}`)
  return machine.hop3(['deploy', source, '--json'])
}

const ask = (result: Readonly<Record<string, unknown>>): string =>
  execIn(swarm.manager, ['curl', '--silent', `http://127.0.0.1:${String(result['port'])}/`])
