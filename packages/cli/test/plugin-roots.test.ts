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

test('those asked for come first, this program last', async () => {
  expect(pluginRoots({ cwd: root, asked: ['one', '/two'], sourcePath: undefined })).toEqual([join(root, 'one'), '/two', own])
})

test('the nearest project that declares the program or its core', async () => {
  const outer = await project('.', { devDependencies: { '@hop3/core': '^1' } })
  const inner = await project('inner', { dependencies: { express: '^5' } })
  expect(pluginRoots({ cwd: join(inner, 'src'), asked: [], sourcePath: undefined })).toEqual([outer, own])
})

test('the app being deployed is no root, whatever it declares', async () => {
  const app = await project('app', { dependencies: { '@hop3/cli': '^1', 'hop3-evil': '^1' } })
  await symlink(app, join(root, 'link'))
  expect(pluginRoots({ cwd: app, asked: [], sourcePath: app })).toEqual([own])
  expect(pluginRoots({ cwd: join(root, 'link'), asked: [], sourcePath: app })).toEqual([own])
})

test('unless this very program is installed in it', async () => {
  const app = await project('app', { dependencies: { '@hop3/cli': '^1' } })
  await mkdir(join(app, 'node_modules/@hop3'), { recursive: true })
  await symlink(own, join(app, 'node_modules/@hop3/cli'))
  expect(pluginRoots({ cwd: app, asked: [], sourcePath: app })).toEqual([app, own])
})

test('a broken manifest declares nothing', async () => {
  await writeFile(join(root, 'package.json'), '{')
  expect(pluginRoots({ cwd: root, asked: [], sourcePath: undefined })).toEqual([own])
})
