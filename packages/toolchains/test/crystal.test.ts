import { testToolchain } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const shard = (text = '', ...targets: readonly string[]): string =>
  `name: shop\nversion: 0.1.0\n${text}targets:\n${targets.map((name) => `  ${name}:\n    main: src/${name}.cr\n`).join('')}`

testToolchain({
  factory: toolchainNamed('crystal'),
  accepts: { 'shard.yml': shard('', 'shop') },
  rejects: { 'shard.yml': 'name: a-library\nversion: 0.1.0\n' },
  contradicts: { 'shard.yml': shard('', 'one', 'two') },
})

describe('an app in Crystal', () => {
  it('without shards is compiled, with no phase to install them', async () => {
    const { phases, processes } = await planOf('crystal', { 'shard.yml': shard('', 'shop') })
    expect(Object.keys(phases)).toEqual(['setup', 'build'])
    expect(phases['build']?.cmds).toEqual(['mkdir -p bin', 'crystal build --release --no-debug -o bin/shop src/shop.cr'])
    expect(processes).toEqual({ web: 'bin/shop' })
  })

  it('installs its shards from the lock file, from nothing but manifests', async () => {
    const files = { 'shard.yml': shard('dependencies:\n  kemal:\n    github: kemalcr/kemal\n', 'shop'), 'shard.lock': 'version: 2.0\n' }
    const { phases, processes, runtime, warnings } = await planOf('crystal', files)
    expect(phases['install']).toMatchObject({
      cmds: ['shards install --production --frozen'],
      onlyIncludeFiles: ['shard.yml', 'shard.lock'],
      outputs: ['lib'],
    })
    expect(processes).toEqual({ web: 'bin/shop --bind $BIND_ADDRESS --port $PORT' })
    expect([runtime.envVars, warnings]).toEqual([{ KEMAL_ENV: 'production' }, []])
  })

  it('installs again where the manifest of a shard in the source changes', async () => {
    const files = { 'shard.yml': shard('dependencies:\n  tax:\n    path: ./libs/tax/\n  far:\n    path: ../far\n', 'shop') }
    expect((await planOf('crystal', files)).phases['install']?.onlyIncludeFiles).toEqual(['shard.yml', 'libs/tax/shard.yml'])
  })

  it('says that without a lock file builds differ', async () => {
    const { phases, warnings } = await planOf('crystal', {
      'shard.yml': shard('dependencies:\n  db:\n    github: crystal-lang/crystal-db\n', 'shop'),
    })
    expect(phases['install']?.cmds).toEqual(['shards install --production'])
    expect(warnings).toEqual([expect.stringContaining('`shards lock`')])
  })

  it('of several targets serves the one named like the shard, or the one that is named', async () => {
    const files = { 'shard.yml': shard('', 'worker', 'shop') }
    expect((await planOf('crystal', files)).processes).toEqual({ web: 'bin/shop' })
    expect((await planOf('crystal', files, { options: { target: 'worker' } })).processes).toEqual({ web: 'bin/worker' })
    await expect(planOf('crystal', files, { options: { target: 'wrker' } })).rejects.toMatchObject({
      code: 'config.crystal.target',
      message: 'Cannot tell which program serves: hop3.toml [build.crystal] target names "wrker", which shard.yml does not have.',
    })
  })

  it('has the version of .tool-versions, else the range of shard.yml', async () => {
    const files = { 'shard.yml': shard('crystal: ">= 1.10, < 2"\n', 'shop') }
    expect((await planOf('crystal', files)).versions).toEqual({ crystal: { version: '>= 1.10 < 2', origin: 'shard.yml:3' } })
    const alone = { 'shard.yml': shard('crystal: 1.6.2\n', 'shop') }
    expect((await planOf('crystal', alone)).versions).toEqual({ crystal: { version: '>=1.6.2 <2', origin: 'shard.yml:3' } })
    const picked = await planOf('crystal', { ...files, '.tool-versions': 'crystal 1.14.0\n' })
    expect(picked.versions).toEqual({ crystal: { version: '1.14.0', origin: '.tool-versions:1' } })
    await expect(planOf('crystal', { ...files, '.tool-versions': 'crystal 1.9.2\n' })).rejects.toMatchObject({
      code: 'config.crystal.version-conflict',
      message: '.tool-versions:1 asks for crystal "1.9.2", but shard.yml:3 allows only ">= 1.10 < 2".',
    })
  })

  it('is not what a library is', async () => {
    const verdict = await verdictOf('crystal', { 'shard.yml': 'name: a-library\n' })
    expect(verdict).toEqual({ accepted: false, reason: 'shard.yml is that of a library: it has no targets', evidence: ['shard.yml'] })
  })
})
