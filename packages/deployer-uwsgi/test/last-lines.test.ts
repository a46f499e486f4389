import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { lastLines } from '../src/last-lines.ts'

test('gives the end of a log from an offset on, without what uWSGI says of itself', async () => {
  const log = join(await tempApp(), 'web.1.log')
  const before = 'of the release before\n'
  await writeFile(log, `${before}*** Starting uWSGI\nmigrating\n\nspawned uWSGI master process (pid: 7)\nfailed\n`)
  expect(await lastLines(log, before.length)).toBe('migrating\nfailed')
  expect(await lastLines(log, 10_000)).toBe('of the release before\nmigrating\nfailed')
  expect(await lastLines(`${log}.none`, 0)).toBe('')
})

test('shows no file the app has put in the place of its log', async () => {
  const directory = await tempApp({ 'secret.txt': 'of somebody else\n' })
  await symlink('secret.txt', join(directory, 'web.1.log'))
  expect(await lastLines(join(directory, 'web.1.log'), 0)).toBe('')
})
