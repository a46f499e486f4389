/** What a replaced server does where the system has no watch to give. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followSuccessor } from '../src/server/follow-successor.ts'
import { temporaryDirectory } from './harness.ts'

test('looks for itself, and follows what comes, changes and goes', async () => {
  const directory = await temporaryDirectory()
  const routes = join(directory, 'routes')
  const followed: string[] = []
  // Nothing is there to be watched: the system refuses.
  followSuccessor({
    routes,
    record: directory,
    server: {
      listeners: { hurry: () => followed.push('hurry') },
      follow: async (appName) => void followed.push(appName),
    },
  })
  await mkdir(routes)
  await writeFile(join(routes, 'shop.json'), '{}')
  await expect.poll(() => followed, { timeout: 10_000 }).toEqual(['shop'])
  await rm(join(routes, 'shop.json'))
  await expect.poll(() => followed, { timeout: 10_000 }).toEqual(['shop', 'shop'])
  expect(followed).not.toContain('hurry')
})
