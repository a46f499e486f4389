import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const manifest = (data: object = {}): { 'package.json': string } => ({
  'package.json': JSON.stringify({ scripts: { start: 'node .' }, ...data }, undefined, 2),
})

test.each([
  ['nothing', {}, {}, undefined],
  ['engines', { engines: { node: '>=20' } }, {}, { version: '>=20', origin: 'package.json:5' }],
  ['.nvmrc', {}, { '.nvmrc': 'v22.4.1\n' }, { version: '22.4.1', origin: '.nvmrc:1' }],
  ['a codename', {}, { '.nvmrc': 'lts/jod\n' }, { version: '22', origin: '.nvmrc:1' }],
  ['the newest', {}, { '.nvmrc': 'lts/*\n' }, undefined],
  ['.node-version', {}, { '.node-version': '\n24\n' }, { version: '24', origin: '.node-version:2' }],
  ['.tool-versions', {}, { '.tool-versions': 'nodejs 22.1.0\n' }, { version: '22.1.0', origin: '.tool-versions:1' }],
  ['a pick the range allows', { engines: { node: '>=20' } }, { '.nvmrc': '22\n' }, { version: '22', origin: '.nvmrc:1' }],
  ['a mise table', {}, { 'mise.toml': '[tools]\nnode = { version = "24" }\n' }, { version: '24', origin: 'mise.toml:2' }],
])('%s asks for it', async (_what, data, files, expected) => {
  expect((await planOf('node', { ...manifest(data), ...files })).versions['node']).toEqual(expected)
})

test('engines.node judges the pick', async () => {
  await expect(planOf('node', { ...manifest({ engines: { node: '^22.12 || >=24' } }), '.nvmrc': '20\n' })).rejects.toMatchObject({
    code: 'config.node.version-conflict',
    message: '.nvmrc:1 asks for node "20", but package.json:5 allows only "^22.12 || >=24".',
  })
})

test('two files that cannot both be true are an error that names both', async () => {
  await expect(planOf('node', { ...manifest(), '.nvmrc': '20\n', '.node-version': '22\n' })).rejects.toMatchObject({
    message: '.nvmrc:1 asks for node "20", .node-version:1 for "22".',
  })
})

test('what is no version is an error', async () => {
  await expect(planOf('node', { ...manifest(), '.nvmrc': 'twenty\n' })).rejects.toMatchObject({ code: 'config.node.version' })
})
