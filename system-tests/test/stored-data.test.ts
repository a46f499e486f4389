import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { openOwnEngine, type OwnEngine } from '@hop3/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { composes, lacksCompose } from '../src/image-app.ts'
import { lacks } from '../src/programs.ts'
import { execIn } from '../src/swarm-nodes.ts'
import { storedAppImages, writeStoredApp } from '../src/stored-app.ts'

const isSkipped = lacks('docker', 'dockerd', 'ip', 'nsenter', 'curl') || (process.env['HOP3_REQUIRE'] !== 'all' && process.getuid?.() !== 0)
const [first] = composes

let engine: OwnEngine
let machine: CommandLine
beforeAll(async () => {
  if (isSkipped) return
  engine = await openOwnEngine({ isApart: true })
  for (const image of storedAppImages) engine.load(image)
}, 180_000)
afterAll(async () => engine?.close(), 60_000)

describe.each(composes)('PostgreSQL and Redis of an app, with $name', (compose) => {
  const deploys = compose === first ? 10 : 2
  beforeEach(async () => {
    machine = await createCommandLine({ options: { prefix: engine.prefix, env: { DOCKER_HOST: engine.address, PATH: compose.path } } })
  })
  afterEach(async () => machine.dispose(), 60_000)

  it.skipIf(isSkipped || lacksCompose(compose))(
    `keep what they hold over ${deploys} deploys, a rollback, a restart of the engine, and a stop`,
    { timeout: 600_000 },
    async () => {
      const source = join(machine.directory, 'stored')
      const deploy = async (version: string) => {
        await writeStoredApp(source, version)
        return machine.hop3(['deploy', source, '--json'])
      }
      expect((await deploy('v0')).result, 'what has no value is said before anything runs').toMatchObject({
        code: 'config.compose-file',
        message: expect.stringMatching(/compose\.yaml:10:\d+: \$\{POSTGRES_PASSWORD\} has no value/),
      })
      expect(services()).toEqual([])
      const succeeds = async (...words: readonly string[]) => {
        const { exitCode, stderr, result } = await machine.hop3([...words, '--json'])
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
        return result
      }
      await succeeds('env', 'set', 'stored', 'POSTGRES_PASSWORD=p$a"s\'s')

      const { result, exitCode, stderr } = await deploy('v0')
      expect({ exitCode, stderr, result }).toMatchObject({ exitCode: 0 })
      const ask = (path: string, ...words: readonly string[]): string =>
        execIn(engine, ['curl', '--silent', ...words, `http://127.0.0.1:${String(result['port'])}${path}`])
      const made = services()
      expect(made).toHaveLength(2)
      const placed: string[] = []
      const placeAndCount = (version: string): void => {
        expect(ask('/')).toBe(version)
        expect(ask('/orders', '--request', 'POST')).toBe('placed')
        placed.push(version)
        expect(JSON.parse(ask('/orders'))).toEqual({ placedBy: placed, counted: placed.length })
      }
      placeAndCount('v0')

      for (let count = 1; count <= deploys; count++) {
        expect((await deploy(`v${count}`)).result).toMatchObject({ changed: true })
        placeAndCount(`v${count}`)
        expect(services(), 'no deploy touches them').toEqual(made)
      }
      await succeeds('rollback', 'stored')
      placeAndCount(`v${deploys - 1}`)
      expect(services()).toEqual(made)

      await engine.stop()
      await engine.start()
      // Bounded by the test's own time.
      while (!ask('/orders').includes('counted')) await systemClock.sleep(100)
      placeAndCount(`v${deploys - 1}`)
      expect(services(), 'the engine starts the same containers again').toEqual(made)
      expect((await deploy('after')).result).toMatchObject({ changed: true })
      placeAndCount('after')

      await succeeds('stop', 'stored')
      expect(services()).toEqual([])
      await succeeds('start', 'stored')
      placeAndCount('after')
      expect(services(), 'a stop keeps their containers').toEqual(made)

      await succeeds('destroy', 'stored', '--yes')
      expect(leftOf('stored')).toEqual([])
    },
  )
})

it.skipIf(isSkipped)(
  'a first deploy whose migration fails leaves no database running, and destroy leaves nothing',
  { timeout: 180_000 },
  async () => {
    machine = await createCommandLine({ options: { prefix: engine.prefix, env: { DOCKER_HOST: engine.address } } })
    onTestFinished(() => machine.dispose())
    const source = join(machine.directory, 'broken')
    await writeStoredApp(source, 'v0')
    await writeFile(join(source, 'migrate.py'), 'raise SystemExit("not today")\n')
    await machine.hop3(['env', 'set', 'broken', 'POSTGRES_PASSWORD=secret'])
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({
      code: 'deploy.before-run',
      message: expect.stringContaining('not today'),
    })
    expect(services()).toEqual([])
    expect((await machine.hop3(['destroy', 'broken', '--yes'])).exitCode).toBe(0)
    expect(leftOf('broken')).toEqual([])
  },
)

/** Everything of an app on the engine. */
function leftOf(app: string): readonly string[] {
  const filter = ['--quiet', '--filter', `label=hop3.app=${app}`]
  return [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
    ['image', 'ls'],
  ].flatMap((words) =>
    docker(...words, ...filter)
      .split('\n')
      .filter(Boolean),
  )
}

/** Ids of those that run. */
function services(): readonly string[] {
  return docker('ps', '--no-trunc', '--quiet', '--filter', 'label=hop3.service').split('\n').filter(Boolean).toSorted()
}

function docker(...words: readonly string[]): string {
  return execFileSync('docker', ['--host', engine.address, ...words], { encoding: 'utf8' }).trim()
}
