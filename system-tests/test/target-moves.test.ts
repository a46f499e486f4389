import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openOwnEngine, type OwnEngine } from '@hop3/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { writeImageApp } from '../src/image-app.ts'
import { execIn, lacksSwarm } from '../src/swarm-nodes.ts'

let engine: OwnEngine
let machine: CommandLine
beforeEach(async () => {
  if (lacksSwarm()) return
  engine = await openOwnEngine({ isApart: true })
  for (const image of ['caddy:2', 'redis:7']) engine.load(image)
  docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
  machine = await createCommandLine({ options: { prefix: engine.prefix, env: { DOCKER_HOST: engine.address } } })
}, 120_000)
afterEach(async () => {
  await machine?.dispose()
  await engine?.close()
}, 60_000)

it.skipIf(lacksSwarm())(
  'an app moves between the swarm and Compose, and what it brings stays as it is and is reached',
  { timeout: 300_000 },
  async () => {
    const source = join(machine.directory, 'moving')
    const moveTo = async (target: string): Promise<string> => {
      await writeImageApp(source, target)
      await writeFile(join(source, 'hop3.toml'), `[deploy]\ntarget = "${target}"\nstop-timeout = 5\n`)
      await writeFile(join(source, 'compose.yaml'), composeFile)
      const { result, exitCode, stderr } = await machine.hop3(['deploy', source, '--json'])
      expect({ exitCode, stderr, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
      const ask = (path: string): string => execIn(engine, ['curl', '--silent', `http://127.0.0.1:${String(result['port'])}${path}`])
      expect(ask('/')).toBe(target)
      expect(ask('/resolve?name=cache'), `in ${target}`).toMatch(/^\[\d+\.\d+\.\d+\.\d+\] <nil>$/)
      const [cache = ''] = list('ps', '--no-trunc', '--filter', 'label=hop3.service')
      return docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', cache)
    }
    const first = await moveTo('swarm')
    expect(await moveTo('compose')).toBe(first)
    expect(list('service', 'ls')).toEqual([])
    expect(await moveTo('swarm')).toBe(first)
    expect(list('ps', '--filter', 'label=com.docker.compose.service=web-1')).toEqual([])
    expect(await moveTo('compose')).toBe(first)
    expect(list('service', 'ls')).toEqual([])
    docker('swarm', 'leave', '--force')
    await engine.stop()
    await engine.start()
    expect(list('ps', '--filter', 'label=hop3.service'), 'it needs nothing of the swarm any more').toHaveLength(1)
    expect((await machine.hop3(['destroy', 'moving', '--yes'])).exitCode).toBe(0)
    expect([...list('ps', '--all'), ...list('volume', 'ls'), ...list('network', 'ls', '--filter', 'name=hop3')]).toEqual([])
  },
)

const composeFile = `services:
  cache:
    image: redis:7
    volumes: ['kept:/data']
volumes:
  kept:
`

function list(...words: readonly string[]): readonly string[] {
  return docker(...words, '--quiet')
    .split('\n')
    .filter(Boolean)
}

function docker(...words: readonly string[]): string {
  return execFileSync('docker', ['--host', engine.address, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
