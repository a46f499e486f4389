import { emptyDeployConfig } from '@hop3/core'
import { deploymentContextFor, processArtifact, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'

test('an app that is to run on a target is refused, with the line that says so', async () => {
  const config = { ...emptyDeployConfig, target: 'swarm', origins: { target: 'hop3.toml:2:1' } }
  const context = await deploymentContextFor(await testHost(), { config })
  expect(await uwsgiDeployer.create(context, await processArtifact(context.release.path)).accept()).toEqual({
    accepted: false,
    reason: '[deploy] target = "swarm" (hop3.toml:2:1) is none of its own',
  })
})
