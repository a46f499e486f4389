/** Which commands of Docker's see whose account the operator's is: those that ask a credential helper. */
import type { Command } from '@hop3/core'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../src/engine.ts'
import { pullImage } from '../src/pull-image.ts'
import { composeUp } from '../src/compose-program.ts'
import { stackUp } from '../src/swarm/stack-up.ts'

test('fetching an image does, and giving its credentials to nodes; what reads a document else does not', async () => {
  const started: Command[] = []
  const context = await deploymentContextFor(await testHost(), {
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    loginEnv: { AWS_PROFILE: 'prod' },
    run: async (command) => {
      started.push(command)
      return { exitCode: 0, signal: null, timedOut: false, stdout: '', stderr: '', pid: 1 }
    },
  })
  const engine = await openEngine(context)
  onTestFinished(() => engine.host.close())
  await pullImage(context, engine, 'registry.example.com/shop')
  await stackUp(context, engine, { stack: 'shop', directory: '/nowhere', isOfRegistry: true })
  await stackUp(context, engine, { stack: 'shop', directory: '/nowhere', isOfRegistry: false })
  await composeUp(context, engine, ['docker', 'compose'], { project: 'shop', directory: '/nowhere', file: 'x', services: [] })
  expect(started.map(({ args, env }) => [args[0], env['AWS_PROFILE'], env['DOCKER_HOST']])).toEqual([
    ['pull', 'prod', 'unix:///nowhere/docker.sock'],
    ['stack', 'prod', 'unix:///nowhere/docker.sock'],
    ['stack', undefined, 'unix:///nowhere/docker.sock'],
    ['compose', undefined, 'unix:///nowhere/docker.sock'],
  ])
})
