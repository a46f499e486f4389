import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkHomeOwner } from '../src/home-owner.ts'

test('a home of another user is refused, one’s own and one that is not there are not', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hop3-owner-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const own = process.getuid?.() ?? 0
  await expect(checkHomeOwner(home, own)).resolves.toBeUndefined()
  await expect(checkHomeOwner(join(home, 'none'), own + 1)).resolves.toBeUndefined()
  await expect(checkHomeOwner(home, own + 1)).rejects.toThrow(expect.objectContaining({ code: 'environment.home-owner' }))
})
