import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { secretDigest } from '../src/secret-digest.ts'

test('a digest of secrets is of this cache, tells values and missing ones apart, and no order', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hop3-secrets-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const [one, other] = [join(root, 'one'), join(root, 'other')]
  const digest = await secretDigest(one, { A: 'x', B: null })
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(await secretDigest(one, { B: null, A: 'x' })).toBe(digest)
  expect(await secretDigest(one, { A: 'x', B: '' })).not.toBe(digest)
  expect(await secretDigest(one, { A: 'y', B: null })).not.toBe(digest)
  expect(await secretDigest(other, { A: 'x', B: null })).not.toBe(digest)
  expect(await secretDigest(one, {})).toBe('')
  expect((await stat(join(one, 'salt'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(one, 'salt'), 'utf8')).not.toBe(await readFile(join(other, 'salt'), 'utf8'))
})

test.each(['', 'abc'])('a salt that is no whole one (%j) is made anew', async (left) => {
  const root = await mkdtemp(join(tmpdir(), 'hop3-secrets-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await writeFile(join(root, 'salt'), left)
  const digest = await secretDigest(root, { A: 'x' })
  expect(await readFile(join(root, 'salt'), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
  expect(await secretDigest(root, { A: 'x' })).toBe(digest)
})

test('whoever comes second sees all of the first salt, or none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hop3-secrets-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const salt = join(root, 'salt')
  const first = secretDigest(root, { A: 'x' })
  while (!existsSync(salt)) await nextTurn()
  expect(readFileSync(salt, 'utf8')).toMatch(/^[0-9a-f]{64}$/)
  expect(await secretDigest(root, { A: 'x' })).toBe(await first)
  expect(await readdir(root)).toEqual(['salt'])
})
