/** Packages as a registry gives them out: the scripts of the repository they were made in, without its files. */
import type { Files } from '@hop3/testing'
import { describe, expect, it, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

const bin = { 'bin/shop.js': '#!/usr/bin/env node\n' }
const app = (manifest: object, files: Files = {}): Files => ({
  'package.json': JSON.stringify({ name: 'shop', bin: './bin/shop.js', ...manifest }),
  ...bin,
  ...files,
})

describe('a start script', () => {
  it.each([
    ['node ../../scripts/normalize.mjs --dir bin shop', '../../scripts/normalize.mjs'],
    ['babel-node -- src/cli/bin db.json', 'src/cli/bin'],
    ['yarn babel-node --extensions ".ts,.tsx" src/lib/cli --inspect', 'src/lib/cli'],
    ['NODE_ENV=production node ./lib/server.js', './lib/server.js'],
  ])('that starts what is not there gives way to the command of the package: %s', async (start, missing) => {
    const plan = await planOf('node', app({ scripts: { start } }))
    expect(plan.processes).toEqual({ web: 'node bin/shop.js' })
    const warning = plan.warnings?.find((one) => one.includes('in the source'))
    expect(warning).toContain(`package.json:1 starts ${missing}, which is not in the source; the command of the package, shop, is started`)
    expect(plan.startWarnings).toContain(warning)
  })

  it('whose tasks are not there gives way, too', async () => {
    expect((await planOf('node', app({ scripts: { start: 'madrun start' } }))).processes).toEqual({ web: 'node bin/shop.js' })
    const own = app({ scripts: { start: 'madrun start' } }, { '.madrun.js': '' })
    expect((await planOf('node', own)).processes).toEqual({ web: 'madrun start' })
  })

  it('stays what it is where the package has no command, and is warned of', async () => {
    const plan = await planOf('node', { 'package.json': '{ "scripts": { "start": "node lib/server.js" } }' })
    expect(plan.processes).toEqual({ web: 'node lib/server.js' })
    expect(plan.warnings).toContainEqual(expect.stringMatching(/starts lib\/server\.js, .* no script builds it/))
  })

  it.each<[scripts: Record<string, string>, files: Files]>([
    [{ start: 'node dist/server.js', build: 'esbuild src/server.ts --outdir=dist' }, {}],
    [{ start: 'node dist/server.js', postinstall: 'sh make.sh' }, {}],
    [{ start: 'node lib/server' }, { 'lib/server.js': '' }],
    [{ start: 'node lib/server' }, { 'lib/server/index.js': '' }],
    [{ start: 'tsx watch src/server.ts' }, { 'src/server.ts': '' }],
    [{ start: 'node --env-file config/.env src/server.js' }, { 'src/server.js': '' }],
    [{ start: 'node $ENTRY' }, {}],
  ])('is left alone where something may make its file, or it is there: %j', async (scripts, files) => {
    const { processes, warnings } = await planOf('node', app({ scripts }, files))
    expect(processes).toEqual({ web: scripts['start'] })
    expect(warnings.filter((one) => one.includes('not in the source'))).toEqual([])
  })
})

describe('a build script', () => {
  it.each([
    [{ build: 'babel src -d lib' }, 'src'],
    [{ build: 'rimraf dist && tsc -p tsconfig.build.json && tsc-alias' }, 'tsconfig.build.json'],
    [{ build: 'npm run clean && npm run compile', clean: 'rm -rf dist', compile: 'tsc' }, 'tsconfig.json'],
    [{ build: 'rm -Rf build && V=$(node -p "require(\'./package.json\').version")  yarn babel src/ --out-dir build/' }, 'src/'],
    [{ build: 'node --trace-deprecation ./scripts/build.js' }, 'scripts/build.js'],
    [{ build: 'gulp' }, 'gulpfile.js'],
    [{ build: 'npm-run-all build:*', 'build:client': 'webpack' }, 'webpack.config.js'],
    [{ build: 'concurrently "yarn:pages" "npm:build:*" -k', pages: 'cp -r src/pages dist/' }, 'src/pages'],
    [{ build: 'concurrently "npm run types" npm:more', types: 'tsc -b' }, 'tsconfig.json'],
    [{ build: 'mkdir -p dist && cp src/a.json dist' }, 'src/a.json'],
    [{ build: 'madrun build' }, '.madrun.mjs'],
  ])('that works on what is not there is not run where its work is done: %j', async (scripts, missing) => {
    const plan = await planOf('node', app({ scripts: { start: 'node bin/shop.js', ...scripts } }))
    expect(plan.phases['build']).toBeUndefined()
    expect(plan.warnings).toContainEqual(expect.stringContaining(`builds with ${missing}, which is not in the source: it is not built`))
  })

  it.each([
    [{ references: [{ path: './packages/api' }], include: ['lib'] }, 'packages/api'],
    [{ include: ['./src/**/*', 'src/*.json', 'types'] }, 'src'],
  ])('of TypeScript works on what its project names: %j', async (project, missing) => {
    const files = { 'tsconfig.json': `${JSON.stringify(project)} // of the repository`, 'lib/a.js': '' }
    const scripts = { build: 'tsc --build', start: 'node bin/shop.js' }
    const plan = await planOf('node', app({ scripts }, files))
    expect(plan.phases['build']).toBeUndefined()
    expect(plan.warnings).toContainEqual(expect.stringContaining(`builds with ${missing}, which is not in the source`))
    for (const there of [{ 'packages/api/tsconfig.json': '{}' }, { 'src/a.ts': '' }]) {
      if (!Object.keys(there)[0]?.startsWith(missing)) continue
      expect((await planOf('node', app({ scripts }, { ...files, ...there }))).phases['build']).toBeDefined()
    }
  })

  it('of Parcel works on what package.json names', async () => {
    const manifest = { scripts: { build: 'parcel build', start: 'node bin/shop.js' }, targets: { binary: { source: 'bin/shop.ts' } } }
    expect((await planOf('node', app(manifest))).phases['build']).toBeUndefined()
    expect((await planOf('node', app(manifest, { 'bin/shop.ts': '' }))).phases['build']).toBeDefined()
  })

  it('is not run by npm either, which runs prepare and prepublish when it installs', async () => {
    const scripts = { build: 'babel src -d lib', test: 'jest', start: 'node bin/shop.js' }
    for (const own of [{ prepublish: 'npm test && npm run build' }, { prepare: 'npm run build' }]) {
      const plan = await planOf('node', app({ scripts: { ...scripts, ...own } }))
      expect(plan.phases['install']?.cmds).toEqual([`npm pkg delete scripts.${Object.keys(own)[0]} && npm install --no-package-lock`])
      expect(plan.phases['build']).toBeUndefined()
      const yarn = await planOf('node', app({ scripts: { ...scripts, ...own } }, { 'yarn.lock': '' }))
      expect(yarn.warnings).toContainEqual(expect.stringContaining('the build fails unless something makes it'))
    }
  })

  it('is run where nothing is built, and warned of', async () => {
    const plan = await planOf('node', { 'package.json': '{ "scripts": { "build": "gulp build" } }' })
    expect(plan.phases['build']).toMatchObject({ cmds: ['npm run build'] })
    expect(plan.warnings).toContainEqual(expect.stringMatching(/gulpfile\.js, .* the build fails unless something makes it/))
  })

  it.each<[scripts: Record<string, string>, files: Files]>([
    [{ build: 'tsc' }, { 'tsconfig.json': '{}' }],
    [{ build: 'babel src -d lib' }, { 'src/index.js': '' }],
    [{ build: 'node make-src.js && babel src -d lib' }, { 'make-src.js': '' }],
    [{ build: 'babel src -d lib', prebuild: 'git submodule update' }, {}],
    [{ build: 'babel src -d lib', postinstall: 'sh fetch.sh' }, {}],
    [{ build: 'vite build' }, {}],
    [{ build: 'webpack' }, { 'src/index.js': '' }],
    [{ build: 'npm run build' }, {}],
    // Words that may mean another file than the usual.
    [{ build: 'babel -d lib src' }, { 'src/index.js': '' }],
    [{ build: 'gulp' }, { 'Gulpfile.js': '' }],
    [{ build: 'gulp --gulpfile=tools/gulp.js' }, {}],
    [{ build: 'webpack ./client/index.js -o public' }, { 'client/index.js': '' }],
    [{ build: 'webpack --mode production' }, { 'webpack.config.cts': '' }],
    [{ build: 'tsc source/server.ts --outDir dist' }, { 'source/server.ts': '' }],
    [{ build: 'tsc -b tsconfig.build.json' }, { 'tsconfig.build.json': '{}' }],
    [{ build: 'tsc' }, { 'tsconfig.json': '{ "include": ["**/*.ts", "src"] }' }],
    [{ build: 'cp src/a.json dist' }, { 'src/a.json': '' }],
    [{ build: 'node node_modules/webpack/bin/webpack.js' }, {}],
    [{ build: 'cp -r node_modules/bootstrap/dist public && webpack' }, {}],
    [{ build: 'cp .env.local .env || true && webpack' }, {}],
    [{ build: 'run-s generate compile', compile: 'babel generated -d lib', generate: 'node scripts/gen.js' }, { 'scripts/gen.js': '' }],
    [{ build: 'tsc --project=tsconfig.build.json' }, { 'tsconfig.json': '{ "include": ["test"] }', 'tsconfig.build.json': '{}' }],
    [{ build: 'grunt' }, { 'GruntFile.js': '' }],
    [{ build: 'babel src -d lib' }, { '.gitignore': 'src' }],
    [{ build: 'concurrently "vite build" "npm:types"', types: 'tsc' }, { 'tsconfig.json': '{}' }],
  ])('is run where its files are there, or something may make them: %j', async (scripts, files) => {
    const plan = await planOf('node', app({ scripts: { start: 'node bin/shop.js', ...scripts } }, files))
    expect(plan.phases['build']).toMatchObject({ cmds: ['npm run build'] })
  })
})

describe('a package that is what its files list gives out', () => {
  const scripts = {
    start: 'TZ=UTC node ./dist/server.js',
    build: 'babel src -d dist',
    prepare: 'npm run build',
    postinstall: 'node hello.js',
  }
  const manifest = {
    name: 'shop',
    files: ['dist', './hello.js', '!dist/*.map'],
    scripts,
    packageManager: 'pnpm@11.15.1',
    dependencies: { a: '1' },
  }
  const published = (other: object = {}, files: Files = {}): Files => ({
    'package.json': JSON.stringify({ ...manifest, ...other }),
    'dist/server.js': '',
    'hello.js': '',
    'LICENSE.md': '',
    ...files,
  })

  it('is installed as its users install it, whatever its authors use, and not built', async () => {
    const plan = await planOf('node', published({ devDependencies: { b: '1' } }, { Procfile: 'web: node dist/server.js\n' }))
    expect(plan.phases).toEqual({
      install: expect.objectContaining({
        cmds: ['npm pkg delete devDependencies scripts.prepare && npm install --no-package-lock'],
      }),
    })
    expect(plan.warnings).toContainEqual(
      expect.stringMatching(/^package\.json:1 says pnpm, but all that is here is what package\.json:1 gives out/),
    )
    expect(plan.warnings).toContainEqual(expect.stringContaining('builds with src, which is not in the source: it is not built'))
  })

  it.each<Files>([
    { Procfile: 'web: node dist/server.js\nworker: tsx dist/work.ts\n' },
    { Procfile: 'web: node dist/server.js | pino-pretty\n' },
    { 'hop3.toml': '[run]\nstart = "tsx dist/server.js"\n' },
  ])('has what it is developed with where something else than Node may start it: %j', async (files) => {
    const plan = await planOf('node', published({ devDependencies: { b: '1' } }, files))
    expect(plan.phases['install']?.cmds).toEqual(['npm pkg delete scripts.prepare && npm install --no-package-lock'])
  })

  it('is none of the packages it is developed with where it builds nothing', async () => {
    const plan = await planOf('node', published({ devDependencies: { b: '1' }, scripts: { start: 'node dist/server.js' } }))
    expect(plan.phases['install']?.cmds).toEqual(['npm pkg delete devDependencies && npm install --no-package-lock'])
  })

  it.each<[what: string, other: object, files: Files]>([
    ['another file', {}, { 'tsconfig.json': '{}' }],
    ['a list that may mean anything', { files: ['**/*.js'] }, {}],
    ['no list', { files: undefined }, {}],
    ['a mark that it is private', { private: true }, {}],
    ['files of Git', {}, { '.gitignore': '' }],
  ])('is none with %s', async (_what, other, files) => {
    const plan = await planOf('node', published(other, files))
    expect(plan.phases['install']?.cmds).toEqual(['npx --yes pnpm@11.15.1 install --no-lockfile'])
    expect(plan.phases['build']).toBeDefined()
  })

  it('keeps the manager whose lock file it has', async () => {
    const plan = await planOf('node', published({}, { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }))
    expect(plan.phases['install']?.cmds).toEqual(['npx --yes pnpm@11.15.1 install --frozen-lockfile'])
  })
})

test('a library that offers to listen, and is only taken in, is none that is started', async () => {
  const library =
    "var http = require('http')\nvar env = process.env.NODE_ENV\nvar proto = {}\n\nmodule.exports = createServer\n\nfunction createServer() {\n  return proto\n}\n\nproto.listen = function listen() {\n  var server = http.createServer(this)\n  return server.listen.apply(server, arguments)\n}\n"
  const files = (index: string): Files => ({ 'package.json': '{ "name": "connect", "dependencies": { "debug": "1" } }', 'index.js': index })
  expect(await verdictOf('node', files(library))).toMatchObject({ accepted: false, reason: expect.stringContaining('library') })
  for (const serving of [
    'const server = module.exports = http.createServer(f)\n',
    'module.exports = f\nif (!module.parent) {\n  f.listen(3000)\n}\n',
    'module.exports = f\nhttp\n  .createServer(f)\n  .listen(3000)\n',
    ';(function () {\n  module.exports = http.createServer(f)\n})()\n',
  ])
    expect(await verdictOf('node', files(serving))).toMatchObject({ accepted: true })
})
