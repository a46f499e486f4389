import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const manifest = (data: object = {}): { 'package.json': string } => ({
  'package.json': JSON.stringify({ scripts: { start: 'node .' }, ...data }, undefined, 2),
})

test.each([
  ['npm', { 'package-lock.json': '{}' }, {}, 'npm ci'],
  ['npm without a lock', {}, {}, 'npm install --no-package-lock'],
  ['a shrinkwrap', { 'npm-shrinkwrap.json': '{}' }, {}, 'npm ci'],
  ['pnpm', { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, {}, 'npx --yes pnpm@10.34.9 install --frozen-lockfile'],
  ['an old pnpm', { 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' }, {}, 'npx --yes pnpm@7.33.7 install --frozen-lockfile'],
  [
    'pnpm by name',
    { 'pnpm-lock.yaml': '' },
    { packageManager: 'pnpm@9.15.0+sha512.abc' },
    'npx --yes pnpm@9.15.0 install --frozen-lockfile',
  ],
  [
    'yarn 1',
    { 'yarn.lock': '# yarn lockfile v1\n' },
    {},
    'npx --yes yarn@1.22.22 install --frozen-lockfile --non-interactive --production=false',
  ],
  [
    'yarn 1 by name',
    { 'yarn.lock': '' },
    { packageManager: 'yarn@1.22.19' },
    'npx --yes yarn@1.22.19 install --frozen-lockfile --non-interactive --production=false',
  ],
  ['berry', { 'yarn.lock': '# generated\n\n__metadata:\n  version: 8\n' }, {}, 'npx --yes @yarnpkg/cli-dist@4.18.1 install --immutable'],
  ['berry by its settings', { 'yarn.lock': '', '.yarnrc.yml': '' }, {}, 'npx --yes @yarnpkg/cli-dist@4.18.1 install --immutable'],
  ['berry by name', { 'yarn.lock': '' }, { packageManager: 'yarn@4.6.0' }, 'npx --yes @yarnpkg/cli-dist@4.6.0 install --immutable'],
  ['bun', { 'bun.lock': '{}' }, {}, 'npx --yes bun@1.4.5 install --frozen-lockfile'],
])('%s installs', async (_what, files, data, command) => {
  const plan = await planOf('node', { ...manifest(data), ...files })
  expect(plan.phases['install']?.cmds).toEqual([command])
})

test('two lock files are an error that names both and the line that decides', async () => {
  const files = { ...manifest(), 'package-lock.json': '{}', 'yarn.lock': '' }
  await expect(planOf('node', files)).rejects.toMatchObject({
    code: 'config.node.two-lockfiles',
    message: 'Cannot tell how to install this Node app: package-lock.json and yarn.lock belong to different package managers.',
    hint: expect.stringContaining('[build.node]\npackage_manager = "npm"'),
  })
  const plan = await planOf('node', files, { options: { 'package-manager': 'npm' } })
  expect(plan.phases['install']?.cmds).toEqual(['npm ci'])
})

test('packageManager decides between lock files, and the other is pointed out', async () => {
  const plan = await planOf('node', { ...manifest({ packageManager: 'npm@11.0.0' }), 'package-lock.json': '{}', 'yarn.lock': '' })
  expect(plan.phases['install']?.cmds).toEqual(['npm ci'])
  expect(plan.warnings).toEqual(['yarn.lock is not used: package.json:5 says npm. Remove it.'])
})

test('packageManager and the only lock file may not contradict each other', async () => {
  await expect(planOf('node', { ...manifest({ packageManager: 'pnpm@10.0.0' }), 'yarn.lock': '' })).rejects.toMatchObject({
    code: 'config.node.lockfile-mismatch',
    message: 'package.json:5 says pnpm, but the only lock file is yarn.lock, which yarn wrote.',
  })
})

test.each(['pnpm', 'pnpm@10', 'deno@2.0.0', 'pnpm@10.0.0; touch x'])('packageManager %s is an error', async (packageManager) => {
  await expect(planOf('node', manifest({ packageManager }))).rejects.toMatchObject({ code: 'config.node.package-manager' })
})

test.each([
  [
    'a lock',
    {},
    { 'package-lock.json': '{}', '.npmrc': '//example.com/:_authToken=${NPM_TOKEN}\n' },
    ['package.json', 'package-lock.json', '.npmrc'],
  ],
  ['a git hook', { scripts: { start: 'x', prepare: 'husky || true' } }, {}, ['package.json']],
  ['types made again by the build', { scripts: { start: 'x', prepare: "svelte-kit sync || echo ''" } }, {}, ['package.json']],
  ['a postinstall script', { scripts: { start: 'x', postinstall: 'node patch.js' } }, {}, undefined],
  [
    'pnpm settings',
    {},
    { 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'allowBuilds:\n  a: true\n' },
    ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  ],
  ['a local dependency', { dependencies: { thing: 'file:./thing' } }, {}, undefined],
])('with %s, install reads what it needs', async (_what, data, files, inputs) => {
  const plan = await planOf('node', { ...manifest(data), ...files })
  expect(plan.phases['install']?.onlyIncludeFiles).toEqual(inputs)
})

test('a token in .npmrc is a secret of the install phase', async () => {
  const plan = await planOf('node', { ...manifest(), '.npmrc': '//example.com/:_authToken=${NPM_TOKEN}\n' })
  expect(plan.phases['install']?.secrets).toEqual(['NPM_TOKEN'])
})
