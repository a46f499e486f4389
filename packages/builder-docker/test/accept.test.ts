import { emptyAppConfig, type AppConfig } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { buildContextFor, tempApp, testHost } from '@hop3/testing'
import { lacksEngine } from './engine-fixture.ts'

const dockerfile = { Dockerfile: 'FROM scratch\n' }
const written = (origin: string, plan: AppConfig['planLayers'][number]['plan']): Partial<AppConfig> => ({ planLayers: [{ origin, plan }] })

describe.skipIf(lacksEngine())('whether an image is built', () => {
  test.each<[what: string, files: Readonly<Record<string, string>>, config: Partial<AppConfig>, accepted: boolean, reason: string]>([
    ['of a Dockerfile', dockerfile, {}, true, 'there is a Dockerfile'],
    ['of a Containerfile', { Containerfile: 'FROM scratch\n' }, {}, true, 'there is a Containerfile'],
    ['of nothing', {}, {}, false, 'no Dockerfile or Containerfile'],
    ['beside a Procfile', dockerfile, written('Procfile', { processes: { worker: 'x' } }), true, 'there is a Dockerfile'],
    ['beside a file of another tool', dockerfile, written('nixpacks.toml', { phases: {} }), true, 'there is a Dockerfile'],
    ['beside a command to start', dockerfile, written('command line', { start: { cmd: 'x' } }), true, 'there is a Dockerfile'],
    ['beside phases', dockerfile, written('frozen.toml', { phases: {} }), false, 'there is a Dockerfile, but frozen.toml plans the app'],
    [
      'beside providers',
      dockerfile,
      written('command line', { providers: [] }),
      false,
      'there is a Dockerfile, but command line plans the app',
    ],
    ['of a plan that names one', {}, written('hop3.toml', { buildImage: 'debian:12' }), false, 'no Dockerfile or Containerfile'],
  ])('%s', async (_, files, config, accepted, reason) => {
    const context = await buildContextFor(await testHost(), { sourcePath: await tempApp(files), config: { ...emptyAppConfig, ...config } })
    expect(await dockerBuilder.create(context).accept()).toMatchObject({ accepted, reason })
  })
})
