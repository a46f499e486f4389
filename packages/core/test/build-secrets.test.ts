import { expect, it } from 'vitest'
import { buildSecrets } from '../src/build-secrets.ts'
import { emptyAppConfig, type AppConfig } from '../src/index.ts'

const config: AppConfig = {
  ...emptyAppConfig,
  planLayers: [{ origin: 'hop3.toml:3:1', plan: { phases: { install: { secrets: ['NPM_TOKEN', '...'] }, build: { cmds: ['x'] } } } }],
}

it('gives a build the secrets its phases name, and nothing else the operator set', () => {
  expect(buildSecrets('blog', config, { NPM_TOKEN: 'abc', DATABASE_URL: 'def' })).toEqual({ NPM_TOKEN: 'abc' })
  expect(buildSecrets('blog', emptyAppConfig, { DATABASE_URL: 'def' })).toEqual({})
})

it('names the line and the command when one has no value', () => {
  expect(() => buildSecrets('blog', config, {})).toThrow(
    expect.objectContaining({
      code: 'config.build-secret',
      message: expect.stringContaining('hop3.toml:3:1'),
      hint: expect.stringContaining('hop3 env set blog NPM_TOKEN'),
    }),
  )
})
