import { existsSync } from 'node:fs'
import { lstat, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fixturePackage, tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'

const made: string[] = []

test('writes files, executables and links', async () => {
  const directory = await tempApp({ 'a/b.txt': 'text', run: { executable: '#!/bin/sh\n' }, 'a/link': { link: 'b.txt' } })
  made.push(directory)
  expect(await readFile(join(directory, 'a/b.txt'), 'utf8')).toBe('text')
  expect((await lstat(join(directory, 'run'))).mode & 0o777).toBe(0o755)
  expect(await readlink(join(directory, 'a/link'))).toBe('b.txt')
})

test('has removed them when the test has finished', () => {
  expect(made.map((directory) => existsSync(directory))).toEqual([false])
})

test('a fixture package is what a package manager would have put there', () => {
  expect(fixturePackage('@acme/x', { manifest: { keywords: ['hop3-proxy'] }, entry: null })).toEqual({
    'node_modules/@acme/x/package.json':
      '{"name":"@acme/x","version":"1.0.0","type":"module","exports":"./index.js","keywords":["hop3-proxy"]}',
  })
  expect(Object.keys(fixturePackage('x', { at: 'store/x' }))).toEqual(['store/x/package.json', 'store/x/index.js'])
})
