/** A package.json in an app of another language: what it builds is part of that app. */
import { silentLog } from '@hop3/core'
import { planApp, readAppConfig } from '@hop3/planner'
import type { PlannedApp } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.ts'
import { planOf, verdictOf } from './plan-app.ts'

const manifest = (scripts: object, more: object = {}): string => JSON.stringify({ scripts, devDependencies: { vite: '8' }, ...more })
const npm = (scripts: object, more: object = {}): Files => ({ 'package.json': manifest(scripts, more), 'package-lock.json': '{}' })
const laravel = {
  artisan: '',
  'composer.json': '{"require":{"laravel/framework":"^12"}}',
  'composer.lock': '{}',
  'public/index.php': '',
  'hop3.toml': '[env]\nAPP_KEY = { generate = "urlsafe", length = 32 }\n',
}
const django = {
  'requirements.txt': 'django==5.2\n',
  'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")',
  'shop/settings.py': "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_ROOT = BASE_DIR / 'static'\nSTATIC_URL = 'static/'\n",
  'shop/wsgi.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\napplication = get_wsgi_application()\n',
}
const rails = (...gems: string[]): Files => ({
  Gemfile: ['rails', 'puma', 'propshaft', ...gems].map((name) => `gem "${name}"\n`).join(''),
  'config.ru': '',
  'config/application.rb': 'require "rails/all"\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n',
  'app/assets/builds/.keep': '',
})
const phoenix = (aliases = ''): Files => ({
  'mix.exs': `defmodule Shop.MixProject do\n  def project do\n    [app: :shop, aliases: aliases(), deps: deps()]\n  end\n  def application do\n    [mod: {Shop.Application, []}]\n  end\n  defp deps do\n    [{:phoenix, "~> 1.7"}]\n  end\n  defp aliases do\n    [${aliases}]\n  end\nend\n`,
})

async function planned(files: Files): Promise<PlannedApp> {
  const sourcePath = await tempApp(files)
  const config = await readAppConfig({ sourcePath })
  return planApp({ appName: 'shop', sourcePath, config, toolchains: plugin.toolchains ?? [], log: silentLog })
}

describe('is built with the app, which stays what it is', () => {
  it.each<[what: string, files: Files, kind: string, order: readonly string[], web: string]>([
    ['Laravel', { ...laravel, ...npm({ build: 'vite build' }) }, 'php', ['build', 'node:install'], 'web'],
    ['a plain index.php', { 'index.php': '', ...npm({ build: 'vite build' }) }, 'php', ['build', 'node:install'], 'web'],
    ['Django', { ...django, ...npm({ build: 'vite build' }) }, 'python', ['node:install'], 'wsgi'],
    [
      'Flask',
      { 'requirements.txt': 'flask==3\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', ...npm({ build: 'vite build' }) },
      'python',
      ['node:install'],
      'wsgi',
    ],
    ['Rails', { ...rails(), ...npm({ build: 'vite build' }) }, 'ruby', ['node:install'], 'web'],
    ['Rails with jsbundling', { ...rails('jsbundling-rails'), ...npm({ build: 'esbuild app.js' }) }, 'ruby', ['node:install'], 'web'],
    [
      'Sinatra',
      { Gemfile: 'gem "sinatra"\ngem "puma"\n', 'config.ru': '', ...npm({ build: 'vite build' }) },
      'ruby',
      ['node:install'],
      'web',
    ],
    [
      'Phoenix without an alias',
      { ...phoenix(), 'assets/package.json': manifest({ deploy: 'webpack' }) },
      'elixir',
      ['install', 'node:install'],
      'web',
    ],
  ])('%s', async (_what, files, kind, order, web) => {
    const { plan, toolchains, warnings } = await planned(files)
    expect(toolchains).toEqual([kind])
    expect(plan.runtime?.kind).toBe(kind)
    expect(Object.keys(plan.processes)).toEqual([web])
    expect([...(plan.phases['node:build']?.dependsOn ?? [])].toSorted()).toEqual(order)
    expect(plan.phases['node:build']?.outputs ?? []).toEqual([])
    expect(warnings.filter((one) => one.includes('could both build'))).toEqual([])
  })

  it.each<[what: string, files: Files]>([
    ['Django', { ...django, ...npm({ build: 'vite build' }) }],
    ['Rails', { ...rails(), ...npm({ build: 'vite build' }) }],
    ['Phoenix', { ...phoenix(), 'assets/package.json': manifest({ deploy: 'webpack' }) }],
  ])('and before what %s makes of it', async (_what, files) => {
    expect((await planned(files)).plan.phases['build']?.dependsOn).toContain('node:build')
  })
})

describe('with the manager, the version and the inputs of a Node app', () => {
  it('installs by the lock file', async () => {
    const { phases, versions, exclude, decisions } = await planOf('php', {
      ...laravel,
      ...npm({ build: 'vite build' }, { engines: { node: '22' } }),
    })
    expect(phases['node:install']).toMatchObject({
      cmds: ['npm ci'],
      onlyIncludeFiles: ['package.json', 'package-lock.json'],
      outputs: ['node_modules'],
      paths: ['node_modules/.bin'],
    })
    expect(phases['node:build']).toMatchObject({ cmds: ['npm run build'], variables: { NODE_ENV: 'production' } })
    expect(versions).toMatchObject({ node: { version: '22' } })
    expect(exclude).toContain('node_modules')
    expect(decisions).toContainEqual({ key: 'node.assets', value: 'build', origin: 'package.json:1' })
  })

  it("reads no source for packages that Composer brings, and waits for Composer's", async () => {
    const files = npm({ build: 'encore production' }, { dependencies: { '@symfony/ux-turbo': 'file:vendor/symfony/ux-turbo/assets' } })
    const { phases } = await planOf('php', { ...laravel, ...files })
    expect(phases['node:install']).toMatchObject({ onlyIncludeFiles: ['package.json', 'package-lock.json'], dependsOn: ['install'] })
  })

  it("runs in Phoenix's own directory", async () => {
    const { phases } = await planOf('elixir', {
      ...phoenix('"assets.deploy": ["esbuild shop --minify", "phx.digest"]'),
      'assets/package.json': manifest({}, { dependencies: { phoenix: 'file:../deps/phoenix' } }),
      'assets/package-lock.json': '{}',
    })
    expect(phases['node:install']).toMatchObject({
      cmds: ['cd assets && npm ci'],
      onlyIncludeFiles: ['assets/package.json', 'assets/package-lock.json'],
      outputs: ['assets/node_modules'],
      dependsOn: ['install'],
    })
    expect(phases['build']).toMatchObject({ cmds: expect.arrayContaining(['mix assets.deploy']), dependsOn: ['...', 'node:install'] })
    expect(phases['node:build']).toBeUndefined()
  })

  it('digests what an old Phoenix has its script build', async () => {
    const { phases } = await planOf('elixir', { ...phoenix(), 'assets/package.json': manifest({ deploy: 'webpack --mode production' }) })
    expect(phases['node:build']?.cmds).toEqual(['cd assets && npm run deploy'])
    expect(phases['build']?.cmds).toEqual(['mix compile', 'mix phx.digest', 'mix release --overwrite'])
  })
})

describe('of Rails', () => {
  it('runs the scripts of jsbundling and cssbundling, which are told so', async () => {
    const scripts = { build: 'esbuild', 'build:css': 'sass', test: 'vitest' }
    const { phases, decisions } = await planOf('ruby', { ...rails('jsbundling-rails', 'cssbundling-rails'), ...npm(scripts) })
    expect(phases['node:build']?.cmds).toEqual(['npm run build', 'npm run build:css'])
    expect(phases['build']?.variables).toMatchObject({ SKIP_JS_BUILD: '1', SKIP_CSS_BUILD: '1' })
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'ruby.rails.javascript', origin: 'jsbundling-rails' }))
  })

  it('has Vite Ruby build what it installed', async () => {
    const { Gemfile, 'app/assets/builds/.keep': _, ...files } = rails('vite_rails')
    const { phases } = await planOf('ruby', { ...files, Gemfile: Gemfile ?? '', ...npm({}) })
    expect(phases['node:install']?.cmds).toEqual(['npm ci'])
    expect(phases['node:build']).toBeUndefined()
    expect(phases['build']).toMatchObject({
      cmds: expect.arrayContaining(['bundle exec rails assets:precompile']),
      variables: { VITE_RUBY_SKIP_ASSETS_PRECOMPILE_INSTALL: 'true' },
      dependsOn: ['...', 'node:install'],
    })
  })

  it('leaves assets alone where it is told to', async () => {
    const { phases } = await planOf('ruby', { ...rails(), ...npm({ build: 'vite build' }) }, { options: { assets: false } })
    expect(Object.keys(phases)).not.toContain('node:build')
  })
})

describe('stays out of it', () => {
  it.each<[what: string, toolchain: string, files: Files]>([
    ['where there is no build script', 'php', { ...laravel, ...npm({ dev: 'vite' }) }],
    ['where package.json starts a server beside a Python app', 'python', { ...django, ...npm({ build: 'tsc', start: 'node server.js' }) }],
    ['where Python starts nothing', 'python', { 'requirements.txt': 'requests\n', ...npm({ build: 'vite build' }) }],
  ])('%s', async (_what, toolchain, files) => {
    expect(Object.keys((await planOf(toolchain, files)).phases)).not.toContain('node:build')
  })

  it('where toolchains are named', async () => {
    const { plan } = await planned({ ...laravel, ...npm({ build: 'vite build' }), 'hop3.toml': '[build]\ntoolchain = "php"\n' })
    expect(Object.keys(plan.phases)).not.toContain('node:build')
  })

  it('where a Node app has scripts in Python', async () => {
    const files = { 'requirements.txt': 'requests\n', 'tools/x.py': '', ...npm({ build: 'vite build' }) }
    expect(await verdictOf('node', files)).toMatchObject({ accepted: true })
  })
})

describe('the Node of assets in a directory of their own', () => {
  const assets = (more: Files): Files => ({ ...phoenix(), 'assets/package.json': '{"scripts":{"deploy":"webpack"}}', ...more })

  it('is the one of the app', async () => {
    const { versions } = await planOf('elixir', assets({ '.tool-versions': 'elixir 1.17.3\nnodejs 16.3.0\n' }))
    expect(versions['node']).toEqual({ version: '16.3.0', origin: '.tool-versions:2' })
  })

  it('is their own where they say so', async () => {
    const { versions } = await planOf('elixir', assets({ '.nvmrc': '16\n', 'assets/.nvmrc': '22\n' }))
    expect(versions['node']).toEqual({ version: '22', origin: 'assets/.nvmrc:1' })
  })

  it('has to be one that their package.json allows', async () => {
    const files = assets({ '.nvmrc': '16\n', 'assets/package.json': '{"scripts":{"deploy":"x"},"engines":{"node":">=20"}}' })
    await expect(planOf('elixir', files)).rejects.toMatchObject({ code: 'config.node.version-conflict' })
  })
})
