import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pluginRoots } from '../src/plugin-roots.ts'

const own = dirname(import.meta.dirname)
let root = ''

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'hop3-roots-')))
})
afterEach(() => rm(root, { recursive: true }))

async function project(path: string, manifest: object): Promise<string> {
  await mkdir(join(root, path, 'src'), { recursive: true })
  await writeFile(join(root, path, 'package.json'), JSON.stringify(manifest))
  return join(root, path)
}

/** The program as package managers install it: a link into the project's own store. */
async function install(path: string): Promise<string> {
  const store = join(root, path, 'node_modules/.store/cli')
  await mkdir(store, { recursive: true })
  await mkdir(join(root, path, 'node_modules/@hop3'), { recursive: true })
  await symlink(store, join(root, path, 'node_modules/@hop3/cli'))
  return store
}

test('those asked for come first, this program last', async () => {
  expect(pluginRoots({ cwd: root, asked: ['one', '/two'] })).toEqual([join(root, 'one'), '/two', own])
})

test('the nearest project that declares the program and holds it', async () => {
  const outer = await project('.', { devDependencies: { '@hop3/core': '^1' } })
  const program = await install('.')
  const inner = await project('inner', { dependencies: { express: '^5' } })
  expect(pluginRoots({ cwd: join(inner, 'src'), asked: [], program })).toEqual([outer, program])
})

test("a stranger's project is no root, whatever it declares", async () => {
  const clone = await project('clone', { dependencies: { '@hop3/cli': '^1', '@hop3/core': '^1', 'hop3-evil': '^1' } })
  expect(pluginRoots({ cwd: clone, asked: [] })).toEqual([own])
  await install('clone')
  expect(pluginRoots({ cwd: clone, asked: [] })).toEqual([own])
})

test('nor one that brings a link to the program installed elsewhere', async () => {
  const clone = await project('clone', { dependencies: { '@hop3/cli': '^1', 'hop3-evil': '^1' } })
  await mkdir(join(clone, 'node_modules/@hop3'), { recursive: true })
  await symlink(own, join(clone, 'node_modules/@hop3/cli'))
  expect(pluginRoots({ cwd: clone, asked: [] })).toEqual([own])
})

test("a clone inside the operator's own project leaves that project the root", async () => {
  const outer = await project('.', { dependencies: { '@hop3/cli': '^1' } })
  const program = await install('.')
  const clone = await project('clone', { dependencies: { '@hop3/core': '^1', 'hop3-evil': '^1' } })
  expect(pluginRoots({ cwd: clone, asked: [], program })).toEqual([outer, program])
})

test('a broken manifest declares nothing', async () => {
  await writeFile(join(root, 'package.json'), '{')
  expect(pluginRoots({ cwd: root, asked: [] })).toEqual([own])
})
