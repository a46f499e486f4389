import { emptyDeployConfig } from '@hop3/core'
import { openOwnSwarm, type OwnSwarm } from '@hop3/testing'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { swarmDeployer } from '../src/swarm/swarm-deployer.ts'
import { registerContract } from './contract-suite.ts'
import { registerForwarderFailures } from './forwarder-failures.ts'
import { registerSwarmLife } from './swarm-life.ts'
import { flavors, isSkipped } from './test-images.ts'

const isLeftOut = flavors.every(isSkipped) || process.getuid?.() !== 0
const path = process.env['PATH'] ?? ''
let swarm: OwnSwarm | undefined
beforeAll(async () => {
  if (!isLeftOut) swarm = await openOwnSwarm(['caddy:2', inject('images').shell])
}, 120_000)
afterAll(async () => swarm?.close(), 60_000)

const env = () => ({ PATH: path, DOCKER_HOST: swarm?.address ?? '' })

describe.skipIf(isLeftOut)('in a swarm', () => {
  registerForwarderFailures(env)
  registerSwarmLife(env)
  registerContract({
    factory: swarmDeployer,
    image: () => inject('images').shell,
    env,
    config: { ...emptyDeployConfig, target: 'swarm' },
    replaces: true,
  })
})
