import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBoundedLog } from '../src/server/bounded-log.ts'
import { temporaryDirectory } from './harness.ts'

it('keeps the newest lines and at most twice its bound', async () => {
  const path = join(await temporaryDirectory(), 'proxy.log')
  const log = createBoundedLog(path, 1_000)
  for (let line = 0; line < 500; line++) {
    log.write(`line ${line}`)
    if (line % 10 === 0) await log.flush()
  }
  await log.flush()
  expect((await stat(path)).size + (await stat(`${path}.1`)).size).toBeLessThanOrEqual(2_000)
  expect(await readFile(path, 'utf8')).toMatch(/line 499\n$/)
})

it('drops lines rather than growing in memory, and says how many', async () => {
  const path = join(await temporaryDirectory(), 'proxy.log')
  const log = createBoundedLog(path, 10_000_000)
  for (let line = 0; line < 10_000; line++) log.write('x'.repeat(100))
  await log.flush()
  expect(await readFile(path, 'utf8')).toMatch(/\(\d+ lines were dropped\)\n$/)
})
