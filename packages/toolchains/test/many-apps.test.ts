/** What apps that others wrote taught: each line is one of them, cut down to what decided. */
import type { Files } from '@hop3/testing'
import { describe, expect, it, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

describe('a start script that calls a package manager', () => {
  const app = (scripts: Record<string, string>, lock = 'yarn.lock'): Files => ({ 'package.json': JSON.stringify({ scripts }), [lock]: '' })

  it.each([
    ['yarn node app.js', 'node app.js'],
    ['NODE_ENV=production yarn node app.js', 'NODE_ENV=production node app.js'],
    ['yarn babel-node --extensions ".ts" src/cli', 'babel-node --extensions ".ts" src/cli'],
    ['pnpm exec tsx server.ts', 'tsx server.ts'],
    ['cross-env A=1 node app.js', 'cross-env A=1 node app.js'],
    ['node yarn.js', 'node yarn.js'],
  ])('is started without it where it only finds a program: %s', async (start, web) => {
    expect((await planOf('node', app({ start }))).processes).toEqual({ web })
  })

  it.each(['yarn build && node build/app', 'yarn workspace api start', 'node migrate.js && yarn serve'])(
    'is run by it where it is needed: %s',
    async (start) => {
      expect((await planOf('node', app({ start, serve: 'node app.js' }))).processes['web']).toMatch(/^npx --yes yarn@\S+ run start$/)
    },
  )
})

describe('a development server as the start script', () => {
  const app = (scripts: Record<string, string>, dependencies: readonly string[], more: Files = {}): Files => ({
    'package.json': JSON.stringify({
      main: 'index.js',
      scripts,
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
    }),
    'index.js': 'registerRootComponent(App)\n',
    ...more,
  })

  test('of Farm leaves a site', async () => {
    const plan = await planOf('node', app({ start: 'farm start', build: 'farm build' }, ['@farmfe/core', 'react']))
    expect(plan).toMatchObject({ kind: 'static', processes: { static: 'dist' } })
    expect(plan.phases['build']).toMatchObject({ outputs: ['dist'] })
  })

  const web = ['expo', 'react-native-web']
  it.each<[output: string | undefined, spa: boolean]>([
    [undefined, true],
    ['static', false],
  ])('of Expo leaves a site where there is one for the web, of output %j', async (output, spa) => {
    const settings = JSON.stringify({ expo: { web: { output } } })
    const plan = await planOf('node', app({ start: 'expo start' }, web, { 'app.json': settings }))
    expect(plan).toMatchObject({ kind: 'static', processes: { static: 'dist' }, runtime: { spa } })
    expect(plan.phases['build']?.cmds).toEqual(['expo export --platform web'])
  })

  test('of Expo is none of an app for phones', async () => {
    const { processes, warnings } = await planOf('node', app({ start: 'expo start' }, ['expo']))
    expect(processes).toEqual({})
    expect(warnings).toContainEqual(expect.stringContaining('npx expo install react-dom react-native-web'))
  })
})

test('a package with a command says how it is started', async () => {
  const files = { 'package.json': '{"name":"redis-ui","bin":{"redis-ui":"./bin/redis-ui.js"},"dependencies":{"express":"5"}}' }
  expect(await verdictOf('node', files)).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('(its command "redis-ui" is started by `web: node bin/redis-ui.js` in Procfile)'),
  })
  expect(await verdictOf('node', { ...files, Procfile: 'web: node bin/redis-ui.js\n' })).toMatchObject({ accepted: true })
})

test('packages of others without go.mod are said to be missing', async () => {
  const main = (imports: string): Files => ({ 'main.go': `package main\n\nimport (\n${imports})\n\nfunc main() {}\n` })
  const missing = 'main.go:4 takes in a package of others, but there is no go.mod'
  expect((await planOf('go', main('\t"github.com/gorilla/pat"\n\t"net/http"\n'))).warnings).toContainEqual(expect.stringContaining(missing))
  expect((await planOf('go', main('\t"net/http"\n\t"os"\n'))).warnings).toEqual([])
})

test('scripts of Composer run in the order of Composer', async () => {
  const composer = { require: { php: '>=8.2' }, scripts: { 'post-install-cmd': ['@php a.php'], 'pre-install-cmd': ['@php b.php'] } }
  const { phases } = await planOf('php', { 'composer.json': JSON.stringify(composer), 'index.php': '<?php echo 1;' })
  const run = phases['build']?.cmds?.filter((one) => one.includes('run-script')) ?? []
  expect(run.map((one) => one.split(' ').at(-1))).toEqual(['pre-install-cmd', 'post-install-cmd'])
})

describe('a module that measures', () => {
  const pom = (name: string, rest: string): string =>
    `<project><groupId>g</groupId><artifactId>${name}</artifactId><version>1</version>${rest}</project>`
  const runs = '<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>'
  const parent = (modules: readonly string[]): Files => ({
    'pom.xml': pom('parent', `<packaging>pom</packaging><modules>${modules.map((one) => `<module>${one}</module>`).join('')}</modules>`),
  })

  test('is not the app', async () => {
    const files = {
      ...parent(['server', 'server-benchmark']),
      'server/pom.xml': pom('server', runs),
      'server-benchmark/pom.xml': pom('b', runs),
    }
    const { decisions, warnings } = await planOf('java', files)
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'java.module', value: 'server' }))
    expect(warnings).toEqual([])
  })

  test('alone leaves nothing to start', async () => {
    const files = { ...parent(['core', 'benchmark']), 'core/pom.xml': pom('core', ''), 'benchmark/pom.xml': pom('benchmark', runs) }
    expect((await planOf('java', files)).processes).toEqual({})
  })
})

test.each(['CMakeLists.txt', 'meson.build'])('documentation beside %s is that of a program, and no site', async (manifest) => {
  const files = {
    [manifest]: '',
    '.readthedocs.yaml': 'sphinx:\n  configuration: docs/conf.py\n',
    'docs/conf.py': 'project = "kit"\nextensions = []\n',
  }
  expect(await verdictOf('site', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(`so is ${manifest}`) })
})
