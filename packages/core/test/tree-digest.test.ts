import { chmod, cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { treeDigest } from '../src/tree-digest.ts'

let root: string
let tree: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop3-tree-'))
  onTestFinished(() => rm(root, { recursive: true }))
  tree = join(root, 'one')
  await mkdir(join(tree, 'bin'), { recursive: true })
  await writeFile(join(tree, 'bin', 'flask'), `#!${tree}/bin/python\n\xff`, 'latin1')
  await writeFile(join(tree, 'app.py'), 'print(1)\n')
  await symlink(join(tree, 'app.py'), join(tree, 'link'))
})

test('a copy elsewhere has the same digest, and another without the names of the places', async () => {
  const copy = join(root, 'another')
  await cp(tree, copy, { recursive: true, verbatimSymlinks: true })
  await writeFile(join(copy, 'bin', 'flask'), `#!${copy}/bin/python\n\xff`, 'latin1')
  await rm(join(copy, 'link'))
  await symlink(join(copy, 'app.py'), join(copy, 'link'))
  expect(await treeDigest(copy, { places: [copy] })).toBe(await treeDigest(tree, { places: [tree, tree] }))
  expect(await treeDigest(copy)).not.toBe(await treeDigest(tree))
})

test.each<[what: string, change: () => Promise<unknown>]>([
  ['a content', () => writeFile(join(tree, 'app.py'), 'print(2)\n')],
  ['a file more', () => writeFile(join(tree, 'more'), '')],
  ['an empty directory more', () => mkdir(join(tree, 'more'))],
  ['a file that can be run', () => chmod(join(tree, 'app.py'), 0o755)],
  ['the target of a link', async () => (await rm(join(tree, 'link')), symlink('app.py', join(tree, 'link')))],
])('%s makes another digest', async (_, change) => {
  const before = await treeDigest(tree)
  await change()
  expect(await treeDigest(tree)).not.toBe(before)
})

test.each<[what: string, change: () => Promise<unknown>]>([
  ['when a file was written', () => utimes(join(tree, 'app.py'), 1, 1)],
  [
    'compiled Python',
    async () => (await mkdir(join(tree, '__pycache__')), await writeFile(join(tree, '__pycache__', 'app.cpython-311.pyc'), 'x')),
  ],
])('%s is no content', async (_, change) => {
  await mkdir(join(tree, '__pycache__'))
  const before = await treeDigest(tree)
  await rm(join(tree, '__pycache__'), { recursive: true })
  await change()
  await mkdir(join(tree, '__pycache__'), { recursive: true })
  expect(await treeDigest(tree)).toBe(before)
})

test('what an earlier digest has seen is not read again, unless it changed', async () => {
  const seen = new Map<string, string>()
  const digest = await treeDigest(tree, { seen })
  expect(seen.size).toBe(2)
  expect(await treeDigest(tree, { known: seen })).toBe(digest)
  const wrong = new Map([...seen.keys()].map((stamp) => [stamp, 'wrong']))
  expect(await treeDigest(tree, { known: wrong })).not.toBe(digest)
  await writeFile(join(tree, 'app.py'), 'print(22)\n')
  await rm(join(tree, 'bin', 'flask'))
  expect(await treeDigest(tree, { known: wrong })).toBe(await treeDigest(tree))
})
