import { expect, it } from 'vitest'
import { buildSecrets } from '../src/build-secrets.ts'
import { deployApp, emptyAppConfig, type App, type AppConfig } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

const config: AppConfig = {
  ...emptyAppConfig,
  planLayers: [{ origin: 'hop3.toml:3:1', plan: { phases: { install: { secrets: ['NPM_TOKEN', '...'] }, build: { cmds: ['x'] } } } }],
}

it('tells the value of a secret by its name, also of one that only a toolchain names', () => {
  const secret = buildSecrets('blog', config, { NPM_TOKEN: 'abc', INDEX_PASSWORD: 'def' })
  expect([secret('NPM_TOKEN'), secret('INDEX_PASSWORD'), secret('OTHER'), secret('toString')]).toEqual(['abc', 'def', undefined, undefined])
})

it('names the line and the command when one of the configuration has no value', () => {
  expect(() => buildSecrets('blog', config, {})).toThrow(
    expect.objectContaining({
      code: 'config.build-secret',
      message: expect.stringContaining('hop3.toml:3:1'),
      hint: expect.stringContaining('hop3 env set blog NPM_TOKEN'),
    }),
  )
})

it('may have no value in a frozen plan, where a toolchain may have found it', () => {
  const planLayers = config.planLayers.map((layer) => ({ ...layer, plan: { ...layer.plan, providers: [] } }))
  expect(buildSecrets('blog', { ...config, planLayers }, {})('NPM_TOKEN')).toBeUndefined()
})

it('reaches a builder that asks for it, whoever named it', async () => {
  const world = createWorld()
  world.disk.env = { NPM_TOKEN: 'abc' }
  world.use({ version: '1', secrets: ['NPM_TOKEN'] })
  await deployApp(world.app, world.host)
  expect(world.calls).toContain('build with NPM_TOKEN=abc')
})

it('may be one that the first deploy itself generates', async () => {
  const world = createWorld()
  const generated = { kind: 'generate', format: 'hex', length: 8, prefix: '', display: false } as const
  const app: App = { ...world.app, config: { ...config, env: { NPM_TOKEN: generated } } }
  world.use({ version: '1', secrets: ['NPM_TOKEN'] })
  await deployApp(app, world.host)
  expect(world.disk.env['NPM_TOKEN']).toMatch(/^[0-9a-f]{8}$/)
  expect(world.calls).toContain(`build with NPM_TOKEN=${world.disk.env['NPM_TOKEN']}`)
  expect(await deployApp(app, world.host)).toMatchObject({ changed: false })
})
