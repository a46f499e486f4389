import { expect, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

const manifest = (data: object): { 'package.json': string } => ({ 'package.json': JSON.stringify(data, undefined, 2) })

test.each([
  [manifest({ name: 'x', scripts: { start: 'node .' } }), 'package.json has a start script', ['package.json:4']],
  [manifest({ scripts: { build: 'vite build' } }), 'package.json has a build script', ['package.json:3']],
  [{ ...manifest({ main: './lib/main.js' }), 'lib/main.js': '' }, 'package.json and lib/main.js', ['package.json', 'lib/main.js']],
  [{ ...manifest({}), 'server.js': '' }, 'package.json and server.js', ['package.json', 'server.js']],
  [manifest({ devDependencies: { '@11ty/eleventy': '3' } }), 'package.json lists @11ty/eleventy', ['package.json:3']],
  [manifest({ dependencies: { express: '^5.0.0' } }), 'package.json lists dependencies', ['package.json']],
])('%j is a Node app', async (files, reason, evidence) => {
  expect(await verdictOf('node', files)).toEqual({ accepted: true, reason, evidence })
})

test.each([
  [{ 'index.js': '' }, 'no package.json'],
  [
    { ...manifest({ devDependencies: { prettier: '3' }, scripts: { format: 'prettier .' } }), 'index.html': '' },
    'package.json has no start or build script',
  ],
])('%j is none, and says why', async (files, reason) => {
  const verdict = await verdictOf('node', files)
  expect(verdict).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})

test.each(['[]', '"text"', 'null'])('package.json may not be %s', async (text) => {
  await expect(planOf('node', { 'package.json': text })).rejects.toMatchObject({
    code: 'config.node.package-json',
    message: expect.stringMatching(/^package\.json:1:1: package\.json must hold an object; it holds /),
  })
})

test.each([
  ['{\n  "scripts": "x"\n}', 'package.json:2:3: scripts must be an object; it is "x".'],
  ['{"scripts": []}', 'package.json:1:2: scripts must be an object; it is a list.'],
  ['{\n  "start": 1,\n  "scripts": {\n    "start": 5\n  }\n}', 'package.json:4:5: scripts.start must be a string; it is the number 5.'],
  ['{"scripts": {"build": {}}}', 'package.json:1:14: scripts.build must be a string; it is an object.'],
])('%s is an error that says where', async (text, message) => {
  await expect(verdictOf('node', { 'package.json': text })).rejects.toMatchObject({ code: 'config.invalid', message })
})

test('a byte order mark and lines that end as those of Windows do are read past', async () => {
  const text = '\uFEFF{\r\n  "scripts": {\r\n    "start": "node server.js"\r\n  }\r\n}\r\n'
  expect(await verdictOf('node', { 'package.json': text })).toMatchObject({ accepted: true, evidence: ['package.json:3'] })
  expect((await planOf('node', { 'package.json': text })).processes).toEqual({ web: 'node server.js' })
})

test('names that differ in case only are different names', async () => {
  const verdict = await verdictOf('node', { 'Package.json': '{"scripts":{"start":"node x.js"}}' })
  expect(verdict).toEqual({ accepted: false, reason: 'no package.json: Package.json is another name', evidence: ['Package.json'] })
  const both = { ...manifest({ scripts: { start: 'node a.js' } }), 'Package.json': '[]', 'SERVER.js': '' }
  expect((await planOf('node', both)).processes).toEqual({ web: 'node a.js' })
  expect((await planOf('node', { ...manifest({}), 'INDEX.js': '', 'server.js': '' })).processes).toEqual({ web: 'node server.js' })
})

test.each([
  ['a directory', 'config.unreadable', { 'package.json/x': '' }, /it is a directory/],
  ['larger than any manifest', 'config.too-large', { 'package.json': ' '.repeat(5 * 1024 * 1024) }, /larger than 4 MiB/],
])('package.json that is %s is an error', async (_what, code, files, message) => {
  await expect(verdictOf('node', files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})
