import { expect, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

const json = (data: object): string => JSON.stringify(data, undefined, 2)
const member = (name: string, rest: object = {}): string => json({ name, ...rest })
const vite = { scripts: { build: 'vite build' }, devDependencies: { vite: '*' } }
const built = { scripts: { build: 'tsc' } }
const root = 'apps/web'
const pnpm = {
  'package.json': json({ private: true }),
  'pnpm-workspace.yaml': "packages:\n  - 'apps/*'\n  - 'packages/*'\n",
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
}
const npm = { 'package.json': json({ private: true, workspaces: ['apps/*', './packages/*'] }), 'package-lock.json': '{}' }
const needing = (...names: readonly string[]): object => ({ ...vite, dependencies: Object.fromEntries(names.map((name) => [name, '*'])) })

test("a member is installed from the workspace's lock file, and only manifests and locks are read for that", async () => {
  const plan = await planOf(
    'node',
    {
      ...pnpm,
      '.npmrc': '//example.com/:_authToken=${NPM_TOKEN}\n',
      'apps/web/package.json': member('web', needing('@acme/ui')),
      'apps/web/src/main.ts': '',
      'packages/ui/package.json': member('@acme/ui'),
      'packages/notes/readme.md': '',
    },
    { root },
  )
  expect(plan.phases['install']).toMatchObject({
    cmds: ['cd ../.. && npx --yes pnpm@10.34.9 install --frozen-lockfile'],
    onlyIncludeFiles: [
      'package.json',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      '.npmrc',
      'apps/web/package.json',
      'packages/ui/package.json',
    ],
    outputs: ['node_modules', 'apps/web/node_modules', 'packages/ui/node_modules'],
    secrets: ['NPM_TOKEN'],
    paths: ['apps/web/node_modules/.bin', 'node_modules/.bin'],
  })
  // Nothing of @acme/ui is built: the app's own script is all there is to run, and what it writes is known.
  expect(plan.phases['build']).toMatchObject({ cmds: ['npx --yes pnpm@10.34.9 run build'], outputs: ['apps/web/dist'] })
  expect(plan).toMatchObject({
    kind: 'static',
    processes: { static: 'apps/web/dist' },
    exclude: ['node_modules', '/apps/web/dist'],
    runtime: { pathPrepend: ['apps/web/node_modules/.bin', 'node_modules/.bin'] },
  })
  expect(plan.decisions).toContainEqual(expect.objectContaining({ key: 'processes.static', value: 'apps/web/dist' }))
  expect(plan.decisions).toContainEqual({ key: 'node.workspace', value: '2 packages', origin: 'pnpm-workspace.yaml' })
  expect(plan.decisions).toContainEqual({ key: 'node.framework', value: 'vite', origin: 'apps/web/package.json:7' })
})

const berry = { ...npm, 'package-lock.json': undefined, 'yarn.lock': '# yarn\n\n__metadata:\n  version: 8\n' }
const turbo = { devDependencies: { turbo: '2' } }

test.each<[string, Record<string, string | undefined>, readonly string[]]>([
  ['pnpm', pnpm, ['npx --yes pnpm@10.34.9 --filter web... run build']],
  ['npm', npm, ['cd ../.. && npm run build -w @acme/base -w @acme/ui -w web']],
  [
    'yarn',
    { ...npm, 'package-lock.json': undefined, 'yarn.lock': '' },
    [
      'cd ../.. && npx --yes yarn@1.22.22 workspace @acme/base run build',
      'cd ../.. && npx --yes yarn@1.22.22 workspace @acme/ui run build',
      'npx --yes yarn@1.22.22 run build',
    ],
  ],
  [
    'a later yarn',
    berry,
    [
      'cd ../.. && npx --yes @yarnpkg/cli-dist@4.18.1 workspace @acme/base run build',
      'cd ../.. && npx --yes @yarnpkg/cli-dist@4.18.1 workspace @acme/ui run build',
      'npx --yes @yarnpkg/cli-dist@4.18.1 run build',
    ],
  ],
  [
    'turbo',
    {
      ...npm,
      'package.json': json({ workspaces: ['apps/*', 'packages/*'], ...turbo }),
      'turbo.json': '{ // tasks\n "tasks": { "build": {} } }',
    },
    ['cd ../.. && turbo run build --filter=web...'],
  ],
  [
    'turbo with pnpm, which it calls by name',
    { ...pnpm, 'package.json': json(turbo), 'turbo.json': '{"tasks":{"build":{}}}' },
    ['cd ../.. && npx --yes pnpm@10.34.9 exec turbo run build --filter=web...'],
  ],
  [
    'turbo without such a task',
    { ...npm, 'package.json': json({ workspaces: ['apps/*', 'packages/*'], ...turbo }), 'turbo.json': '{"tasks":{}}' },
    ['cd ../.. && npm run build -w @acme/base -w @acme/ui -w web'],
  ],
  [
    'nx',
    { ...npm, 'package.json': json({ workspaces: ['apps/*', 'packages/*'], devDependencies: { nx: '22' } }), 'nx.json': '{}' },
    ['cd ../.. && nx run web:build'],
  ],
])('with %s, what a member needs is built before it', async (_what, files, cmds) => {
  const given = Object.fromEntries(Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
  const plan = await planOf(
    'node',
    {
      ...given,
      'apps/web/package.json': member('web', needing('@acme/ui', 'react')),
      'apps/other/package.json': member('other', built),
      'packages/ui/package.json': member('@acme/ui', { ...built, dependencies: { '@acme/base': '*', '@acme/plain': '*' } }),
      'packages/base/package.json': member('@acme/base', { ...built, devDependencies: { '@acme/ui': '*' } }),
      'packages/plain/package.json': member('@acme/plain'),
    },
    { root },
  )
  expect(plan.phases['build']?.cmds).toEqual(cmds)
  expect(plan.phases['build']).not.toHaveProperty('outputs')
  expect(plan.phases['install']?.outputs).toContain('packages/base/node_modules')
})

test('a member with a server starts in its own directory, with its own script', async () => {
  const plan = await planOf('node', { ...npm, 'apps/web/package.json': member('web', { scripts: { start: 'node server.js' } }) }, { root })
  expect(plan).toMatchObject({ kind: 'node', processes: { web: 'node server.js' }, phases: { install: { cmds: ['cd ../.. && npm ci'] } } })
})

test('what is kept between builds of a member lies in its own directory', async () => {
  const next = { scripts: { build: 'next build', start: 'next start' }, dependencies: { next: '*' } }
  const plan = await planOf('node', { ...npm, 'apps/web/package.json': member('web', next) }, { root })
  expect(plan.phases['build']).toMatchObject({ cacheDirectories: ['apps/web/.next/cache'], outputs: ['apps/web/.next'] })
})

test('a script of a member that runs while installing may read and write anything', async () => {
  const files = {
    ...npm,
    'apps/web/package.json': member('web', vite),
    'packages/ui/package.json': member('ui', { scripts: { prepare: 'tsc' } }),
  }
  const plan = await planOf('node', files, { root })
  expect(plan.phases['install']).not.toHaveProperty('onlyIncludeFiles')
  expect(plan.phases['install']).not.toHaveProperty('outputs')
  expect(plan.decisions).toContainEqual({
    key: 'node.install.inputs',
    value: 'the whole source',
    origin: 'packages/ui/package.json:4 runs prepare',
  })
})

test('a root that is an app itself is installed with its members', async () => {
  const files = {
    'package.json': json({ workspaces: ['packages/**', '!packages/old'], scripts: { start: 'node server.js' } }),
    'packages/a/b/package.json': member('b'),
    'packages/old/package.json': member('old'),
  }
  const plan = await planOf('node', files)
  expect(plan.processes).toEqual({ web: 'node server.js' })
  expect(plan.phases['install']).toMatchObject({
    cmds: ['npm install --no-package-lock'],
    outputs: ['node_modules', 'packages/a/b/node_modules'],
  })
})

test('in a workspace of another language the package stands on its own', async () => {
  const files = {
    'go.work': 'use ./apps/web\n',
    'apps/web/package.json': member('web', { scripts: { start: 'node x.js' } }),
    'apps/web/package-lock.json': '{}',
  }
  const plan = await planOf('node', files, { root })
  expect(plan.phases['install']).toMatchObject({
    cmds: ['npm ci'],
    outputs: ['apps/web/node_modules'],
    onlyIncludeFiles: ['apps/web/package.json', 'apps/web/package-lock.json'],
  })
})

test('hundreds of packages are read no further', async () => {
  const files = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`packages/p${index}/package.json`, member(`p${index}`)]))
  const plan = await planOf('node', { 'package.json': json({ workspaces: ['packages/*'], scripts: { start: 'x' } }), ...files })
  expect(plan.phases['install']?.outputs).toHaveLength(201)
})

test('the version of Node is the one of the app, else that of the workspace', async () => {
  const files = { ...npm, '.nvmrc': '22\n', 'apps/web/package.json': member('web', { scripts: { start: 'x' } }) }
  expect((await planOf('node', files, { root })).versions['node']).toEqual({ version: '22', origin: '.nvmrc:1' })
  const own = await planOf('node', { ...files, 'apps/web/.nvmrc': '24\n' }, { root })
  expect(own.versions['node']).toEqual({ version: '24', origin: 'apps/web/.nvmrc:1' })
})

test('a member without a package.json is none of ours', async () => {
  expect(await verdictOf('node', { ...npm, 'apps/web/main.go': '' }, { root })).toEqual({ accepted: false, reason: 'no package.json' })
  const verdict = await verdictOf('node', { ...npm, 'apps/web/package.json': member('web', vite) }, { root })
  expect(verdict).toMatchObject({ accepted: true, evidence: ['apps/web/package.json:4'] })
})
