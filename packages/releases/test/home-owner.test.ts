import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkHomeOwner } from '../src/home-owner.ts'

test.runIf(process.getuid?.() === 0)('root is kept from another user’s home, and from no other', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hop3-owner-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await expect(checkHomeOwner(home, 0)).resolves.toBeUndefined()
  await expect(checkHomeOwner(join(home, 'none'), 0)).resolves.toBeUndefined()
  await chown(home, 65_534, 65_534)
  await expect(checkHomeOwner(home, 65_534)).resolves.toBeUndefined()
  await expect(checkHomeOwner(home, 0)).rejects.toThrow(expect.objectContaining({ code: 'environment.home-owner' }))
})
