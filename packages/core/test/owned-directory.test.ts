import { chown, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeOwned, sweepOwned } from '../src/owned-directory.ts'

const isRoot = process.getuid?.() === 0

test('a sweep takes what nobody owns any more, and leaves what a living command has', async () => {
  const parent = await place()
  const mine = await makeOwned(parent, 'work-')
  for (const name of ['work-without-owner', 'work-of-a-killed-command', 'other']) await mkdir(join(parent, name))
  await symlink('{}', join(parent, 'work-of-a-killed-command.owner'))
  await sweepOwned(parent, 'work-')
  expect(await readdir(mine.path)).toEqual([])
  await mine.remove()
  expect(await readdir(parent)).toEqual(['other'])
})

test.skipIf(!isRoot)(`what is another user's stays, also where root sweeps${isRoot ? '' : ' (needs: root)'}`, async () => {
  const parent = await place()
  await mkdir(join(parent, 'work-of-somebody'))
  await chown(join(parent, 'work-of-somebody'), 1234, 1234)
  await sweepOwned(parent, 'work-')
  expect(await readdir(parent)).toEqual(['work-of-somebody'])
})

async function place(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hop3-owned-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  return parent
}
