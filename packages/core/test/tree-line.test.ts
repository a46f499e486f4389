import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { treeDigest } from '../src/tree-digest.ts'
import { contentDigest, digestOfEntries, type TreeEntry } from '../src/tree-line.ts'

test('a tree that lies nowhere has the digest of the directory it came from', async () => {
  const release = await mkdtemp(join(tmpdir(), 'hop3-entries-'))
  onTestFinished(() => rm(release, { recursive: true }))
  const root = join(release, 'source')
  const files = ['a/x', 'a.b', 'a-b/x', 'ä', 'z/__pycache__/m.cpython-311.pyc', 'z/p.dist-info/RECORD']
  for (const path of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), `${path} of ${root}`)
  }
  await symlink(join(root, 'a.b'), join(root, 'a', 'absolute'))
  await symlink('../z/', join(root, 'a', 'relative'))
  await symlink('/usr/../bin/sh', join(root, 'sh'))
  const places = [release]
  const found = await Promise.all(
    files.map(async (path): Promise<TreeEntry> => ({
      path,
      kind: 'file',
      isExecutable: false,
      content: contentDigest(await readFile(join(root, path)), places),
    })),
  )
  const directories = ['a', 'a-b', 'z', 'z/__pycache__', 'z/p.dist-info'].map((path): TreeEntry => ({ path, kind: 'directory' }))
  const links: TreeEntry[] = [
    // As a bundle writes them.
    { path: 'a/absolute', kind: 'link', target: '../a.b' },
    { path: 'a/relative', kind: 'link', target: await readlink(join(root, 'a', 'relative')) },
    { path: 'sh', kind: 'link', target: '/bin/sh' },
  ]
  const entries = [...links, ...found, ...directories]
  expect(digestOfEntries(entries, { places, root: 'source' })).toBe(await treeDigest(root, { places }))
  expect(digestOfEntries(entries.slice(1), { places, root: 'source' })).not.toBe(await treeDigest(root, { places }))
})
