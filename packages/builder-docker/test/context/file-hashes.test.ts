import { hash } from 'node:crypto'
import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { openHashCache, scanSource } from '@hop3/planner/source-tree'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import type { ContextFile } from '../../src/context/context-entry.ts'
import { openFileHashes } from '../../src/context/file-hashes.ts'

const fileOf = (root: string, path: string, stamp: string, mtimeNs: bigint, size = 1): ContextFile => ({
  kind: 'file',
  path,
  mode: 0o644,
  mtimeNs,
  size,
  content: { path: join(root, path), stamp },
})

test('a file that another builder has hashed is not read again, and the other way round', async () => {
  const root = await tempApp({ 'a.txt': 'a' })
  await utimes(join(root, 'a.txt'), 1_700_000_000, 1_700_000_000)
  const cachePath = await tempApp()
  const hashes = await openHashCache(cachePath, root, systemClock)
  const signal = new AbortController().signal
  const [entry] = await scanSource({ sourcePath: root, filter: () => true, own: [], hashes, signal })
  if (entry?.kind !== 'file') throw new Error('no file')
  await hashes.save()
  await rm(join(root, 'a.txt'))
  const { path, stamp, mtimeNs } = entry
  const docker = await openFileHashes(cachePath, root, systemClock)
  expect(docker.of(fileOf(root, path, stamp, mtimeNs))).toBe(hash('sha256', 'a', 'hex'))
  await docker.save()
  expect((await openHashCache(cachePath, root, systemClock)).get(path, stamp)).toBe(entry.hash)
  expect(await readdir(cachePath), 'one cache').toEqual(['sources'])
})

test('a huge file is never read, and a young one read each time', async () => {
  const root = await tempApp({ 'a.txt': 'a' })
  const cachePath = await tempApp()
  const hashes = await openFileHashes(cachePath, root, systemClock)
  expect(hashes.of(fileOf(root, 'none', '1:2:3:4', 0n, 2 ** 31))).toBe('stamp 1:2:3:4')
  const young = fileOf(root, 'a.txt', '1:2:3:4', BigInt(Date.now()) * 1_000_000n)
  expect(hashes.of(young)).toBe(hash('sha256', 'a', 'hex'))
  await hashes.save()
  await rm(join(root, 'a.txt'))
  const later = await openFileHashes(cachePath, root, systemClock)
  expect(() => later.of(young)).toThrow(expect.objectContaining({ code: 'build.source-unreadable' }))
})
