import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fixturePackage, tempApp, type Files, type FixturePackage } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { findPlugins, importPlugin, type Candidate, type ImportedPlugin } from '../src/index.ts'

const plugin = "export default { protocol: 1, builders: [{ name: 'acme', specificity: 'inferred', create: () => ({}) }] }"

describe('resolving', () => {
  test.each([
    ['a plain string', './index.js'],
    ['a default condition', { '.': { default: './index.js' } }],
    ['an import-only condition', { '.': { import: './index.js' } }],
    ['import and types', { '.': { types: './index.d.ts', import: './index.js' } }],
    ['a nested import condition', { '.': { node: { import: './index.js' } } }],
    ['conditions without a subpath', { import: './index.js' }],
    ['missing, with main', undefined],
  ])('exports that are %s', async (_what, exports) => {
    const manifest = { keywords: ['hop3-builder'], exports, main: 'index.js' }
    expect(await importInNode(await rootWith('acme', { entry: plugin, manifest }))).toEqual({ strategies: ['acme'] })
  })

  test('a CommonJS package', async () => {
    const entry = "module.exports = { protocol: 1, builders: [{ name: 'acme', create() {} }] }"
    const manifest = { keywords: ['hop3-builder'], type: 'commonjs' }
    expect(await importInNode(await rootWith('acme', { entry, manifest }))).toEqual({ strategies: ['acme'] })
  })

  test('a link into a store, as pnpm makes it', async () => {
    const store = 'node_modules/.pnpm/@acme+deno@1.0.0/node_modules/@acme/deno'
    const root = await tempApp({
      'package.json': JSON.stringify({ dependencies: { '@acme/deno': '1' } }),
      ...fixturePackage('@acme/deno', { entry: plugin, manifest: { keywords: ['hop3-builder'] }, at: store }),
      'node_modules/@acme/deno': { link: '../.pnpm/@acme+deno@1.0.0/node_modules/@acme/deno' },
    })
    expect(await importInNode(root)).toEqual({ strategies: ['acme'] })
  })

  test('a package that was never built says so', async () => {
    const result = await importInNode(await rootWith('acme', { entry: null, manifest: { keywords: ['hop3-builder'] } }))
    expect(result).toMatchObject({ stage: 'resolve', error: expect.stringContaining('built') })
  })

  test('exports with no entry for the package itself', async () => {
    const manifest = { keywords: ['hop3-builder'], exports: { './other': './index.js' } }
    expect(await importInNode(await rootWith('acme', { entry: plugin, manifest }))).toMatchObject({ stage: 'resolve' })
  })
})

describe('what is imported', () => {
  test.each([
    ['throws', "throw new Error('no license')", 'import', /no license/],
    ['throws what is no error', "throw 'a string'", 'import', /a string/],
    ['rejects at the top level', "await Promise.reject(new Error('too late'))", 'import', /too late/],
    ['does not parse', 'export default {', 'import', /.+/],
    ['imports what is not there', "import 'hop3-not-there'", 'import', /hop3-not-there/],
    ['has no default export', 'export const plugin = { protocol: 1 }', 'shape', /definePlugin/],
    ['exports null', 'export default null', 'shape', /definePlugin/],
    ['exports a string', "export default 'plugin'", 'shape', /definePlugin/],
    ['has no protocol', 'export default { builders: [] }', 'protocol', /undefined/],
    ['speaks another protocol', 'export default { protocol: 2, builders: [] }', 'protocol', /2.*protocol 1/],
    ['writes the protocol as text', "export default { protocol: '1', builders: [] }", 'protocol', /"1"/],
    ['offers no list', 'export default { protocol: 1, builders: {} }', 'shape', /builders/],
    ['offers what has no name', 'export default { protocol: 1, builders: [{ create() {} }] }', 'shape', /builders/],
    ['offers what cannot create', "export default { protocol: 1, builders: [{ name: 'x' }] }", 'shape', /builders/],
    ['offers null', 'export default { protocol: 1, builders: [null] }', 'shape', /builders/],
    ['lacks what its keyword announces', 'export default { protocol: 1 }', 'shape', /hop3-builder.*builders/],
    ['has a broken part besides', `${plugin.slice(0, -1)}, proxies: 7 }`, 'shape', /proxies/],
  ])('a plugin that %s is a value with the reason', async (_what, entry, stage, reason) => {
    const result = await importOne({ entry, manifest: { keywords: ['hop3-builder'] } })
    expect(result).toMatchObject({ ignored: { name: 'acme', stage } })
    expect(errorOf(result)).toMatch(reason)
  })

  test('the cause of a failed import is kept', async () => {
    const result = await importOne({ entry: "throw new Error('no license')", manifest: { keywords: ['hop3-builder'] } })
    expect(result).toMatchObject({ cause: expect.objectContaining({ message: 'no license' }) })
  })

  test('a getter that throws does not stop the others', async () => {
    const entry = "export default { protocol: 1, get builders() { throw new Error('lazy and broken') } }"
    expect(await importOne({ entry, manifest: { keywords: ['hop3-builder'] } })).toMatchObject({ ignored: { name: 'acme' } })
  })
})

async function importOne(fixture: FixturePackage): Promise<ImportedPlugin> {
  return importFirst(await rootWith('acme', fixture))
}

/** In a Node of its own: the test runner's resolves with conditions of its own. */
async function importInNode(root: string): Promise<unknown> {
  const core = new URL('../src/index.ts', import.meta.url).href
  const script = `
    const { findPlugins, importPlugin } = await import(${JSON.stringify(core)})
    const [candidate] = (await findPlugins({ roots: [${JSON.stringify(root)}] })).candidates
    const { plugin, ignored } = await importPlugin(candidate)
    console.log(JSON.stringify(ignored ?? { strategies: plugin.builders.map(({ name }) => name) }))`
  const args = ['--conditions=@hop3/source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} })
  return JSON.parse(stdout)
}

function rootWith(name: string, fixture: FixturePackage): Promise<string> {
  const files: Files = { 'package.json': JSON.stringify({ dependencies: { [name]: '1' } }), ...fixturePackage(name, fixture) }
  return tempApp(files)
}

async function importFirst(root: string): Promise<ImportedPlugin> {
  const [candidate] = (await findPlugins({ roots: [root] })).candidates
  const missing: Candidate = { name: 'missing', version: '', directory: join(root, 'missing'), root, roles: [] }
  return importPlugin(candidate ?? missing)
}

function errorOf(result: ImportedPlugin): string {
  return 'ignored' in result ? result.ignored.error : ''
}
