/** What an install reads besides manifests: a change there has to run it again. */
import type { Files } from '@hop3/testing'
import { expect, it } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

const manifest = (data: object): string => JSON.stringify({ scripts: { start: 'node .' }, ...data })
const flask = { 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }
const cargo = (text: string): string => `[package]\nname = "shop"\nversion = "0.1.0"\n${text}`

it.each<[what: string, toolchain: string, files: Files, input: string]>([
  ['wheels beside requirements', 'python', { ...flask, 'requirements.txt': '--find-links ./wheels\nflask\n' }, 'wheels'],
  ['wheels, in short', 'python', { ...flask, 'requirements.txt': '-f wheels/\nflask\n' }, 'wheels'],
  [
    'constraints of constraints',
    'python',
    { ...flask, 'requirements.txt': '-c a.txt\nflask\n', 'a.txt': '-c b.txt\n', 'b.txt': 'flask<4\n' },
    'b.txt',
  ],
  ["Prisma's schema elsewhere", 'node', { 'package.json': manifest({ prisma: { schema: 'db/schema.prisma' } }) }, 'db/schema.prisma'],
  ["Prisma's schema in the root", 'node', { 'package.json': manifest({}), 'schema.prisma': '' }, 'schema.prisma'],
  [
    "Prisma's schema, and not the migrations beside it",
    'node',
    { 'package.json': manifest({}), 'prisma/schema.prisma': '' },
    'prisma/**/*.prisma',
  ],
  [
    "Prisma's schema of several files",
    'node',
    { 'package.json': manifest({ prisma: { schema: './db/' } }), 'db/shop.prisma': '', 'db/seed.ts': '' },
    'db/**/*.prisma',
  ],
  [
    "pnpm's patches",
    'node',
    { 'package.json': manifest({ pnpm: { patchedDependencies: { 'a@1': '.patches/a.patch' } } }) },
    '.patches/a.patch',
  ],
  [
    'a file that the Gemfile asks',
    'ruby',
    {
      Gemfile: 'database = File.join(File.dirname(__FILE__), "config", "database.yml")\ngem "pg" if File.exist?(database)\n',
      'config/database.yml': '',
      'config.ru': '',
    },
    'config/database.yml',
  ],
  [
    'a file that the Gemfile reads from beside it',
    'ruby',
    {
      Gemfile: 'settings = YAML.load(ERB.new(IO.read(File.expand_path("../config/app.yml", __FILE__))).result)\n',
      'config/app.yml': '',
      'config.ru': '',
    },
    'config/app.yml',
  ],
  [
    'Gemfiles of plugins',
    'ruby',
    { Gemfile: 'Dir.glob("plugins/*/Gemfile") { |file| eval_gemfile file }\n', 'config.ru': '' },
    'plugins/*/Gemfile',
  ],
  [
    'what mix.exs reads',
    'elixir',
    {
      'mix.exs':
        'defmodule Shop.MixProject do\n  def project, do: [app: :shop, version: File.read!("VERSION"), deps: deps()]\n  defp deps do\n    [{:plug, "~> 1.0"}]\n  end\nend\n',
      VERSION: '1',
    },
    'VERSION',
  ],
  [
    'patched crates',
    'rust',
    {
      'Cargo.toml': cargo('[patch.crates-io]\nfoo = { path = "vendor/foo" }\n'),
      'Cargo.lock': '',
      'src/main.rs': '',
      'vendor/foo/Cargo.toml': cargo(''),
    },
    'vendor/foo/Cargo.toml',
  ],
  [
    'crates of one platform',
    'rust',
    {
      'Cargo.toml': cargo("[target.'cfg(unix)'.dependencies]\nfoo = { path = 'foo' }\n"),
      'Cargo.lock': '',
      'src/main.rs': '',
      'foo/Cargo.toml': cargo(''),
    },
    'foo/Cargo.toml',
  ],
])('%s', async (_what, toolchain, files, input) => {
  expect((await planOf(toolchain, files)).phases['install']?.onlyIncludeFiles).toContain(input)
})

it.each([
  ['binding.gyp', { 'package.json': manifest({}), 'binding.gyp': '{}' }],
  ['an override in the source', { 'package.json': manifest({ dependencies: { a: '1' }, overrides: { b: 'file:./vendored/b' } }) }],
  ['a resolution in the source', { 'package.json': manifest({ dependencies: { a: '1' }, resolutions: { b: 'link:./b' } }) }],
])('%s makes the whole source the input', async (_what, files) => {
  expect((await planOf('node', files)).phases['install']?.onlyIncludeFiles).toBeUndefined()
})

it('members of a Go workspace that require each other are downloaded from nowhere', async () => {
  const files = {
    'go.work': 'go 1.22\n\nuse (\n\t./api\n\t./lib\n)\n',
    'api/go.mod': 'module example.com/api\n\ngo 1.22\n\nrequire example.com/lib v0.0.0\n',
    'api/main.go': 'package main\n\nfunc main() {}\n',
    'lib/go.mod': 'module example.com/lib\n\ngo 1.22\n',
  }
  expect(Object.keys((await planOf('go', files)).phases)).toEqual(['build'])
})

it('a file that only go generate runs does not say what the package is', async () => {
  const files = {
    'go.mod': 'module example.com/shop\n\ngo 1.22\n',
    'generate.go': '//go:build ignore\n\npackage main\n',
    'server.go': 'package main\n\nfunc main() {}\n',
  }
  expect((await planOf('go', files)).processes).toEqual({ web: 'bin/shop' })
})

it.each([
  ['node', { 'package.json': '{}', 'server.cjs': '' }],
  ['python', { 'worker.py': 'while True: pass\n' }],
])('%s accepts what its plan would start', async (toolchain, files) => {
  expect(await verdictOf(toolchain, files)).toMatchObject({ accepted: true })
})

it.each([
  [{ 'pnpm-workspace.yaml': 'packages: []\n' }, {}, '10.34.9'],
  [{ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, { engines: { pnpm: '^9.0.0' } }, '^9.0.0'],
  [{ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, { engines: { pnpm: '>=9' } }, '10.34.9'],
])('%j with %j is installed by pnpm %s', async (files, data, version) => {
  const { versions } = await planOf('node', { ...files, 'package.json': manifest(data) })
  expect(versions['pnpm']?.version).toBe(version)
})
