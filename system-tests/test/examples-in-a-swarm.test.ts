/** The examples as images in a Docker Swarm: the same answers as under Compose, and no change but the target line. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { openOwnSwarm, type OwnSwarm } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readExampleCheck } from '../src/example-check.ts'
import { leavesImageOut } from '../src/example-images.ts'
import { copyExample, exampleMachine, exampleNames, examples } from '../src/example-source.ts'
import { writeTarget } from '../src/example-target.ts'
import { lacksSwarm } from '../src/swarm-nodes.ts'

const why = lacksSwarm() ? 'it takes docker, dockerd and root' : undefined
let swarm: OwnSwarm
beforeAll(async () => {
  if (why === undefined) swarm = await openOwnSwarm(['caddy:2'])
}, 180_000)
afterAll(() => swarm?.close(), 60_000)

describe.skipIf(why !== undefined)(`in a swarm${why === undefined ? '' : ` (${why})`}`, { timeout: 1_800_000 }, () => {
  it.for(exampleNames())('%s answers as its check.json says', async (name, context) => {
    const check = readExampleCheck(join(examples, name, 'check.json'))
    const leftOut = leavesImageOut(name, check, 'elsewhere')
    if (leftOut !== undefined) context.skip(leftOut)
    const machine = await exampleMachine(context, check)
    const inSwarm = { env: { DOCKER_HOST: swarm.address } }
    const source = await copyExample(name, machine)
    await writeTarget(source, 'swarm')

    // The engine of the host has the images that the examples are built from, and the steps of earlier builds.
    const artifact = join(machine.directory, 'artifact.json')
    const built = await machine.hop3(['build', source, '--builder', 'docker', '--output', artifact, '--json'])
    expect(built).toMatchObject({ exitCode: 0 })
    const image = `hop3/${name}:${String(built.result['release'])}`
    context.onTestFinished(() => void execFileSync('docker', ['rmi', image], { stdio: 'ignore' }))
    swarm.load(image)

    context.onTestFinished(async () => void (await machine.hop3(['destroy', name, '--yes'], inSwarm)), 120_000)
    const { exitCode, result } = await machine.hop3(['run', name, '--artifact', artifact, '--json'], inSwarm)
    expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    for (const { path, accept, status, contains } of check.requests) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      // What runs is a release of its own, of the same image.
      expect(await answer.text()).toContain(contains.replace('r000001', String(result['release']).slice(0, 7)))
    }
    expect(await machine.hop3(['destroy', name, '--yes'], inSwarm)).toMatchObject({ exitCode: 0 })
    for (const kind of ['service', 'volume', 'secret'])
      expect(execFileSync('docker', ['--host', swarm.address, kind, 'ls', '--quiet'], { encoding: 'utf8' })).toBe('')
  })
})
