import { expect, test } from 'vitest'
import { buildContext, proxyContext } from '../src/contexts.ts'
import { createWorld } from './memory-world.ts'

test('what logs a builder in to registries is not of its environment, and a proxy has none of it', async () => {
  const { app, host: known } = createWorld()
  const host = { ...known, toolEnv: { PATH: '/bin' }, loginEnv: { AWS_PROFILE: 'prod' } }
  const slot = { id: 'r000001-aaaaaaaa', path: '/home/r000001-aaaaaaaa', buildId: 'a'.repeat(32) }
  const { env, loginEnv } = await buildContext(app, slot, { appHome: host.home.app('blog'), host })
  expect({ env, loginEnv }).toEqual({ env: { PATH: '/bin' }, loginEnv: { AWS_PROFILE: 'prod' } })
  expect(proxyContext(host)).not.toHaveProperty('loginEnv')
})
