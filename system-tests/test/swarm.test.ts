import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { writeImageApp } from '../src/image-app.ts'
import { expectProven, servingTriple } from '../src/proven-pairs.ts'
import { createSwarm, execIn, lacksSwarm, type Swarm } from '../src/swarm-nodes.ts'

let swarm: Swarm
let machine: CommandLine
const triples: string[] = []

describe.skipIf(lacksSwarm())('[deploy] target = "swarm"', { timeout: 300_000 }, () => {
  beforeAll(async () => void (swarm = await createSwarm(['caddy:2', 'debian:bookworm-slim'])), 120_000)
  // The last one first: the swarm ends whatever was proven.
  afterAll(() => expectProven('system-tests/test/swarm.test.ts', triples, true))
  afterAll(async () => swarm.dispose(), 60_000)
  beforeEach(async () => {
    const { engine, prefix } = swarm.manager
    machine = await createCommandLine({ options: { prefix, env: { DOCKER_HOST: engine } } })
  })
  afterEach(async () => {
    await machine.dispose()
    const left = ['service ls -q', 'secret ls -q', 'volume ls -q', 'ps -aq', 'network ls -q --filter name=hop3-'].flatMap(
      (words) => swarm.manager.docker(...words.split(' ')) || [],
    )
    if (left.length > 0) throw new Error(`left in the swarm: ${left.join(' ')}`)
  }, 60_000)

  it('loses no request over updates, the swarm going back by itself, a rollback and scaling', async () => {
    const source = join(machine.directory, 'shop')
    const deploy = async (version: string) => {
      await writeSwarmApp(source, version)
      return machine.hop3(['deploy', source, '--json'])
    }
    const { result } = await deploy('v0')
    triples.push(await servingTriple(machine.home, 'shop'))
    const client = startClient(Number(result['port']))
    for (const version of ['v1', 'v2', 'v3']) expect((await deploy(version)).result).toMatchObject({ changed: true })
    await writeFile(join(source, 'Dockerfile'), onceDockerfile)
    const failed = await machine.hop3(['deploy', source, '--json'])
    expect(failed.result).toMatchObject({
      code: 'deploy.swarm.rolled-back',
      message: expect.stringMatching(/exit code 3.*the last words/s),
    })
    expect((await machine.hop3(['rollback', 'shop', '--json'])).exitCode).toBe(0)
    expect((await machine.hop3(['scale', 'shop', '--to', 'web=3', '--json'])).exitCode).toBe(0)
    expect((await machine.hop3(['ps', 'shop', '--json'])).result).toMatchObject({ apps: [{ isServed: true }] })
    const seen = await client()
    expect(seen).toMatchObject({ failures: [], answers: ['200 v0', '200 v1', '200 v2', '200 v3'] })
    expect(Number(seen.requests)).toBeGreaterThan(1_000)
  })

  it('runs an image of a registry on every node, with its secrets', async () => {
    const source = join(machine.directory, 'wide')
    await writeSwarmApp(source, 'v0', `[build.docker]\npush = "${swarm.registry}/wide"\n[deploy.compose]\nsecrets = ["TOKEN"]\n`)
    await appendFile(join(source, 'Procfile'), 'web: /server\nqueue: sleep 1000\n')
    await writeFile(
      join(source, 'Dockerfile'),
      'FROM debian:bookworm-slim\nCOPY app /server\nENV VERSION=v0\nEXPOSE 8080\nCMD ["/server"]\n',
    )
    await machine.hop3(['env', 'set', 'wide', 'TOKEN=a$b'])
    const { result, exitCode, stderr } = await machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, stderr, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
    expect(swarm.worker.docker('ps', '--quiet', '--filter', 'label=hop3.app=wide')).not.toBe('')
    const ask = (path: string) => execIn(swarm.manager, ['curl', '--silent', `http://127.0.0.1:${String(result['port'])}${path}`])
    expect(ask('/file?path=/run/secrets/TOKEN')).toBe('a$b')
    const before = swarm.manager.docker('secret', 'ls', '--quiet')
    await machine.hop3(['env', 'set', 'wide', 'TOKEN=other'])
    expect((await machine.hop3(['restart', 'wide'])).exitCode).toBe(0)
    expect(ask('/file?path=/run/secrets/TOKEN')).toBe('other')
    expect(swarm.manager.docker('secret', 'ls', '--quiet')).not.toBe(before)
  })

  it('names a node that is no manager, and an engine that is in no swarm', async () => {
    const source = join(machine.directory, 'none')
    await writeSwarmApp(source, 'v0')
    const elsewhere = { env: { DOCKER_HOST: swarm.worker.engine }, prefix: swarm.worker.prefix }
    expect((await machine.hop3(['deploy', source, '--json'], elsewhere)).result).toMatchObject({ code: 'deploy.swarm.not-manager' })
    swarm.worker.docker('swarm', 'leave')
    expect((await machine.hop3(['deploy', source, '--json'], elsewhere)).result).toMatchObject({
      code: 'deploy.swarm.inactive',
      hint: expect.stringContaining('docker swarm init'),
    })
  })
})

/** Comes up once, and so through the gate before the roll-out, and never again. */
const onceDockerfile = `FROM debian:bookworm-slim
COPY app /server
EXPOSE 8080
CMD ["/bin/sh", "-c", "mkdir $HOP3_DATA/once || { echo the last words; exit 3; }; exec /server"]
`

async function writeSwarmApp(source: string, version: string, more = ''): Promise<void> {
  await mkdir(source, { recursive: true })
  await writeImageApp(source, version)
  await writeFile(join(source, 'hop3.toml'), `[deploy]\ntarget = "swarm"\nstop-timeout = 5\n[deploy.scale]\nweb = 2\n${more}`)
}

/** Resolves to what it has seen. */
function startClient(port: number): () => Promise<{ readonly failures: unknown; readonly requests: unknown; readonly answers: unknown }> {
  const program = fileURLToPath(new URL('../src/steady-client-child.ts', import.meta.url))
  const [file = '', ...words]: readonly string[] = [...swarm.manager.prefix, process.execPath, program, String(port)]
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = text(child.stdout)
  return async () => {
    const end = once(child, 'exit')
    child.kill('SIGTERM')
    await end
    return JSON.parse(await said)
  }
}
