import { testToolchain } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed } from './plan-app.ts'

interface Mix {
  readonly project?: string
  readonly application?: string
  readonly deps?: string
  readonly aliases?: string
}

const mix = ({
  project = '',
  application = 'mod: {Shop.Application, []}',
  deps = '',
  aliases = '',
}: Mix = {}): string => `defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop,
      elixir: "~> 1.14",${project}
      deps: deps()
    ]
  end

  def application, do: [${application}]

  defp deps do
    [${deps}]
  end

  defp aliases do
    [${aliases}]
  end
end
`

testToolchain({
  factory: toolchainNamed('elixir'),
  accepts: { 'mix.exs': mix() },
  rejects: { 'rebar.config': '' },
  contradicts: { 'mix.exs': mix(), '.elixir-version': '1.12\n' },
})

test('a project without dependencies asks neither Hex nor the network', async () => {
  const { phases, processes, runtime, exclude, warnings } = await planOf('elixir', { 'mix.exs': mix() })
  const variables = { MIX_ENV: 'prod', ELIXIR_ERL_OPTIONS: '+fnu', LANG: 'C.UTF-8' }
  expect(phases).toEqual({ build: { cmds: ['mix compile', 'mix release --overwrite'], variables } })
  expect(processes).toEqual({ web: '_build/prod/rel/shop/bin/shop start' })
  expect(runtime).toEqual({ envVars: { ...variables, RELEASE_DISTRIBUTION: 'none' } })
  expect(exclude).toEqual(['/_build', '/deps'])
  expect(warnings).toEqual([])
})

describe('a Phoenix app', () => {
  const phoenix = {
    'mix.exs': mix({
      project: '\n      aliases: aliases(),',
      deps: '\n      {:phoenix, "~> 1.7.14"},\n      {:ecto_sql, "~> 3.10"},\n      {:postgrex, ">= 0.0.0"},\n      {:esbuild, "~> 0.8", runtime: Mix.env() == :dev},\n      {:heroicons, github: "tailwindlabs/heroicons", sparse: "optimized"},\n      {:credo, "~> 1.7", only: [:dev, :test]}\n    ',
      aliases:
        '\n      setup: ["deps.get"],\n      "assets.setup": ["esbuild.install --if-missing"],\n      "assets.deploy": ["esbuild shop --minify", "phx.digest"]\n    ',
    }),
    'mix.lock': '%{}',
    'config/config.exs': '',
    'config/prod.exs': '',
    'config/dev.exs': '',
    'config/runtime.exs': '',
    'lib/shop/release.ex': 'defmodule Shop.Release do\n  @app :shop\n\n  def migrate do\n  end\nend\n',
  }

  test('is fetched, compiled, and built into a release that migrates before the switch', async () => {
    const { phases, processes, runtime, decisions, warnings } = await planOf('elixir', phoenix, { envNames: ['SECRET_KEY_BASE'] })
    expect(phases['install']).toEqual({
      cmds: ['mix local.hex --force --if-missing', 'mix local.rebar --force --if-missing', 'mix deps.get --only prod', 'mix deps.compile'],
      onlyIncludeFiles: ['mix.exs', 'mix.lock', 'config/config.exs', 'config/prod.exs'],
      variables: { MIX_ENV: 'prod', ELIXIR_ERL_OPTIONS: '+fnu', LANG: 'C.UTF-8' },
      cacheDirectories: ['~/.mix', '~/.hex', '~/.cache/rebar3'],
      outputs: ['deps', '_build'],
    })
    expect(phases['build']).toMatchObject({
      cmds: ['mix compile', 'mix assets.setup', 'mix assets.deploy', 'mix release --overwrite'],
      cacheDirectories: ['~/.mix', '~/.hex', '~/.cache/rebar3'],
    })
    expect(processes).toEqual({ web: '_build/prod/rel/shop/bin/shop start' })
    expect(runtime).toMatchObject({
      envVars: { PHX_SERVER: 'true', RELEASE_DISTRIBUTION: 'none', MIX_ENV: 'prod' },
      beforeRun: ['_build/prod/rel/shop/bin/shop eval Shop.Release.migrate'],
    })
    expect(decisions).toContainEqual({
      key: 'elixir.migrations',
      value: '_build/prod/rel/shop/bin/shop eval Shop.Release.migrate',
      origin: 'lib/shop/release.ex:4',
    })
    expect(warnings).toEqual([])
  })

  test('without the module that migrates, says how to have it; and without a secret, how to have one', async () => {
    const { 'lib/shop/release.ex': _, ...without } = phoenix
    const { runtime, decisions, warnings } = await planOf('elixir', without)
    expect(runtime.beforeRun).toBeUndefined()
    expect(decisions).toContainEqual(
      expect.objectContaining({ key: 'elixir.migrations', value: expect.stringContaining('mix phx.gen.release') }),
    )
    expect(warnings).toEqual([expect.stringContaining('SECRET_KEY_BASE = { generate = "base64", length = 64 }')])
  })

  test('is not migrated where that is said', async () => {
    expect((await planOf('elixir', phoenix, { options: { migrations: false } })).runtime.beforeRun).toBeUndefined()
  })
})

describe('dependencies', () => {
  const install = async (deps: string, files: Record<string, string> = {}): Promise<unknown> =>
    (await planOf('elixir', { 'mix.exs': mix({ deps }), 'mix.lock': '', ...files })).phases['install']

  test('in the source are no matter for Hex, and never part of what is kept', async () => {
    expect(await install('{:tax, path: "libs/tax"}')).toMatchObject({
      cmds: ['mix deps.get --only prod'],
      onlyIncludeFiles: ['mix.exs', 'mix.lock', 'libs/tax/mix.exs'],
      outputs: [],
    })
  })

  test.each([
    ['in a comment', '# {:plug, "~> 1.0"}\n'],
    ['of the tests only', '{:ex_doc, "~> 0.1", only: :dev, runtime: false}'],
  ])('%s are none', async (_what, deps) => {
    expect(await install(deps)).toBeUndefined()
  })

  test('are held to the lock file where this Elixir can', async () => {
    const checked = (version: string): Promise<unknown> => install('{:plug, "~> 1.15"}', { '.tool-versions': `elixir ${version}\n` })
    expect(await checked('1.16.2-otp-26')).toMatchObject({ cmds: expect.arrayContaining(['mix deps.get --only prod --check-locked']) })
    expect(await checked('1.14.5')).toMatchObject({ cmds: expect.arrayContaining(['mix deps.get --only prod']) })
  })

  test('without a lock file are warned of', async () => {
    expect((await planOf('elixir', { 'mix.exs': mix({ deps: '{:plug, "~> 1.15"}' }) })).warnings).toEqual([
      expect.stringContaining('There is no mix.lock'),
    ])
  })
})

describe('the release', () => {
  const releases = '\n      releases: [web: [applications: [shop: :permanent]], worker: [steps: [:assemble, :tar]]],'
  test.each([
    ['the only one', { 'mix.exs': mix({ project: '\n      releases: [web: [include_executables_for: [:unix]]],' }) }, {}, 'web'],
    ['the default one', { 'mix.exs': mix({ project: `${releases}\n      default_release: :worker,` }) }, {}, 'worker'],
    ['an option', { 'mix.exs': mix({ project: releases }) }, { release: 'worker' }, 'worker'],
    ['the one of the name of the app', { 'mix.exs': mix({ project: '\n      releases: [other: [], shop: []],' }) }, {}, 'shop'],
  ])('is %s', async (_what, files, options, name) => {
    const { processes, phases } = await planOf('elixir', files, { options })
    expect(processes).toEqual({ web: `_build/prod/rel/${name}/bin/${name} start` })
    expect(phases['build']?.cmds?.at(-1)).toBe(`mix release ${name} --overwrite`)
  })

  test.each([
    [{}, 'config.elixir.several-releases', 'web, worker'],
    [{ release: 'gone' }, 'config.elixir.release', '"gone"'],
  ])('with %j is an error', async (options, code, said) => {
    await expect(planOf('elixir', { 'mix.exs': mix({ project: releases }) }, { options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said),
    })
  })

  test('is none where nothing is started, which is warned of', async () => {
    const { processes, phases, warnings } = await planOf('elixir', { 'mix.exs': mix({ application: 'extra_applications: [:logger]' }) })
    expect(processes).toEqual({ web: 'mix run --no-halt' })
    expect(phases['build']?.cmds).toEqual(['mix compile'])
    expect(warnings).toEqual([expect.stringContaining('mod: {Your.Application, []}')])
  })

  test('of an umbrella is the one it names', async () => {
    const files = {
      'mix.exs':
        'defmodule Shop.Umbrella do\n  def project do\n    [apps_path: "apps", releases: [shop: [applications: [shop_web: :permanent]]], deps: []]\n  end\nend\n',
      'apps/shop/mix.exs': mix({ deps: '{:ecto_sql, "~> 3.0"}' }),
      'apps/shop/lib/shop/release.ex': 'defmodule Shop.Release do\n  def migrate, do: :ok\nend\n',
      'apps/shop_web/mix.exs': mix({ deps: '{:phoenix, "~> 1.7"}, {:shop, in_umbrella: true}' }),
      'mix.lock': '',
    }
    const { phases, processes, runtime } = await planOf('elixir', files)
    expect(processes).toEqual({ web: '_build/prod/rel/shop/bin/shop start' })
    expect(runtime).toMatchObject({
      envVars: { PHX_SERVER: 'true' },
      beforeRun: ['_build/prod/rel/shop/bin/shop eval Shop.Release.migrate'],
    })
    expect(phases['install']).toMatchObject({
      onlyIncludeFiles: ['mix.exs', 'mix.lock', 'apps/shop/mix.exs', 'apps/shop_web/mix.exs'],
      outputs: ['deps'],
    })
  })
})

describe('the assets of an umbrella', () => {
  const umbrella = (web: Files): Files => ({
    'mix.exs': 'defmodule Shop.Umbrella do\n  def project do\n    [apps_path: "apps", releases: [shop: []], deps: []]\n  end\nend\n',
    'apps/shop/mix.exs': mix({ deps: '{:ecto_sql, "~> 3.0"}' }),
    'apps/shop_web/mix.exs': mix({ deps: '{:phoenix, "~> 1.7"}' }),
    ...web,
  })

  test('are made where the alias of an app is', async () => {
    const aliases = '"assets.setup": ["esbuild.install --if-missing"], "assets.deploy": ["esbuild shop", "phx.digest"]'
    const files = umbrella({ 'apps/shop_web/mix.exs': mix({ deps: '{:phoenix, "~> 1.7"}', aliases }) })
    expect((await planOf('elixir', files)).phases['build']?.cmds).toEqual([
      'mix compile',
      'cd apps/shop_web && mix assets.setup',
      'cd apps/shop_web && mix assets.deploy',
      'mix release shop --overwrite',
    ])
  })

  test('are built by the script of an app, before they are digested', async () => {
    const manifest = '{"scripts":{"deploy":"webpack"},"dependencies":{"phoenix":"file:../../../deps/phoenix"}}'
    const { phases } = await planOf('elixir', umbrella({ 'apps/shop_web/assets/package.json': manifest }))
    expect(phases['node:install']?.dependsOn).toEqual(['install'])
    expect(phases['node:build']?.cmds).toEqual(['cd apps/shop_web/assets && npm run deploy'])
    expect(phases['build']).toMatchObject({
      cmds: ['mix compile', 'mix phx.digest', 'mix release shop --overwrite'],
      dependsOn: ['...', 'node:build'],
    })
  })

  test('are left to the alias of its root', async () => {
    const root =
      'defmodule Shop.Umbrella do\n  def project do\n    [apps_path: "apps", releases: [shop: []], aliases: ["assets.deploy": ["cmd x"]]]\n  end\nend\n'
    const files = umbrella({ 'mix.exs': root, 'apps/shop_web/mix.exs': mix({ aliases: '"assets.deploy": ["phx.digest"]' }) })
    expect((await planOf('elixir', files)).phases['build']?.cmds).toEqual([
      'mix compile',
      'mix assets.deploy',
      'mix release shop --overwrite',
    ])
  })

  test('of a second app are named', async () => {
    const { warnings } = await planOf(
      'elixir',
      umbrella({ 'apps/shop/assets/package.json': '{}', 'apps/shop_web/assets/package.json': '{}' }),
    )
    expect(warnings).toContainEqual(expect.stringContaining('`prebuild: cd apps/shop_web/assets && npm ci`'))
  })
})

describe('an endpoint', () => {
  const warningsOf = async (runtime: string): Promise<readonly string[]> => {
    const files = { 'mix.exs': mix({ deps: '{:phoenix, "~> 1.7"}' }), 'mix.lock': '', 'config/runtime.exs': runtime }
    return (await planOf('elixir', files, { envNames: ['SECRET_KEY_BASE'] })).warnings
  }

  test.each([
    [
      'a port of its own',
      'import Config\nconfig :shop, Web.Endpoint, http: [ip: {127, 0, 0, 1}, port: 8080]\n',
      'config/runtime.exs:2 listens on port 8080',
    ],
    [
      'the port of another variable',
      'import Config\nconfig :shop, Web.Endpoint,\n  http: [\n    port: String.to_integer(System.fetch_env!("SHOP_PORT"))\n  ]\n',
      'write `web: SHOP_PORT=$PORT _build/prod/rel/shop/bin/shop start` into Procfile',
    ],
  ])('on %s is told about', async (_what, runtime, sentence) => {
    expect(await warningsOf(runtime)).toEqual([expect.stringContaining(sentence)])
  })

  test.each([
    ['PORT', 'config :shop, Web.Endpoint, http: [port: String.to_integer(System.get_env("PORT") || "4000")]\n'],
    ['a comment', '# config :shop, Web.Endpoint, http: [port: 8080]\n'],
    ['a database', 'config :shop, Repo, port: String.to_integer(System.get_env("DATABASE_PORT"))\n'],
    ['code', 'config :shop, Web.Endpoint, http: [ip: {0, 0, 0, 0}]\n'],
  ])('that %s may tell where to listen is left alone', async (_what, runtime) => {
    expect(await warningsOf(runtime)).toEqual([])
  })
})

test('an umbrella whose apps need only each other asks neither Hex nor the network', async () => {
  const files = {
    'mix.exs': 'defmodule Shop.Umbrella do\n  def project do\n    [apps_path: "apps", releases: [shop: []], deps: []]\n  end\nend\n',
    'apps/shop/mix.exs': mix(),
    'apps/front/mix.exs': mix({ deps: '{:shop, in_umbrella: true}' }),
  }
  expect((await planOf('elixir', files)).phases['install']).toMatchObject({
    cmds: ['mix deps.get --only prod'],
    onlyIncludeFiles: ['mix.exs', 'apps/front/mix.exs', 'apps/shop/mix.exs'],
  })
})

describe('the version', () => {
  test.each([
    ['mix.exs', {}, { elixir: { version: '>=1.14 <2', origin: 'mix.exs:7' } }],
    [
      'a range of two',
      { 'mix.exs': mix().replace('~> 1.14', '>= 1.12.0 and < 1.17.0 or ~> 1.18.1') },
      { elixir: { version: '>=1.12.0 <1.17.0 || >=1.18.1 <1.19', origin: 'mix.exs:7' } },
    ],
    [
      'an attribute of mix.exs',
      {
        'mix.exs': mix({})
          .replace('elixir: "~> 1.14"', 'elixir: @elixir_requirement')
          .replace('  def project', '  @elixir_requirement "~> 1.15"\n\n  def project'),
      },
      { elixir: { version: '>=1.15 <2', origin: 'mix.exs:4' } },
    ],
    ['.elixir-version', { '.elixir-version': 'v1.17.1\n' }, { elixir: { version: '1.17.1', origin: '.elixir-version:1' } }],
    [
      '.tool-versions',
      { '.tool-versions': 'erlang 26.2.1\nelixir 1.16.2-otp-26\n' },
      { elixir: { version: '1.16.2', origin: '.tool-versions:2' }, erlang: { version: '26.2.1', origin: '.tool-versions:1' } },
    ],
  ])('of %s', async (_what, files, versions) => {
    expect((await planOf('elixir', { 'mix.exs': mix(), ...files })).versions).toEqual(versions)
  })

  test.each([
    [{ '.elixir-version': '1.13.4' }, 'config.elixir.version-conflict'],
    [{ '.elixir-version': '1.15', '.tool-versions': 'elixir 1.16' }, 'config.elixir.version-conflict'],
    [{ '.elixir-version': 'main' }, 'config.elixir.version'],
  ])('%j is an error', async (files, code) => {
    await expect(planOf('elixir', { 'mix.exs': mix(), ...files })).rejects.toMatchObject({ code })
  })
})

test.each([
  ['web: mix phx.server\n', ['mix compile'], 'mix phx.server'],
  ['release: mix ecto.migrate\n', ['mix compile', 'mix release --overwrite'], '_build/prod/rel/shop/bin/shop start'],
  ['web: _build/prod/rel/shop/bin/shop start\n', ['mix compile', 'mix release --overwrite'], '_build/prod/rel/shop/bin/shop start'],
])('a release is made unless a Procfile starts the source: %j', async (Procfile, cmds, web) => {
  const { phases, processes } = await planOf('elixir', { 'mix.exs': mix({ deps: '{:phoenix, "~> 1.7"}' }), 'mix.lock': '', Procfile })
  expect(phases['build']?.cmds).toEqual(cmds)
  expect(processes).toEqual({ web })
})

describe('elixir_buildpack.config', () => {
  const versionsOf = async (text: string): Promise<unknown> =>
    (await planOf('elixir', { 'mix.exs': mix(), 'elixir_buildpack.config': text })).versions

  test('says both versions, among lines of shell', async () => {
    expect(await versionsOf('# buildpack\nerlang_version=25.1\nelixir_version="1.15.7"\nalways_rebuild=false\n')).toEqual({
      elixir: { version: '1.15.7', origin: 'elixir_buildpack.config:3' },
      erlang: { version: '25.1', origin: 'elixir_buildpack.config:2' },
    })
    expect(await versionsOf('elixir_version=(branch main)\n')).toMatchObject({ elixir: { origin: 'mix.exs:7' } })
  })

  test('contradicts other files', async () => {
    await expect(versionsOf('elixir_version=1.13.4\n')).rejects.toMatchObject({ code: 'config.elixir.version-conflict' })
  })
})
