import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, systemClock } from '@hop3/core'
import { expect, it, onTestFinished } from 'vitest'
import { appCaches, withAppCaches } from '../src/app-caches.ts'

function stage() {
  const root = mkdtempSync(join(tmpdir(), 'hop3-caches-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const [app, kept] = [join(root, 'app'), join(root, 'kept')]
  mkdirSync(app)
  const warnings: string[] = []
  const log = createLog({ sink: ({ text, level }) => void (level === 'warn' && warnings.push(text)), clock: systemClock })
  return { app, kept, warnings, log, caches: appCaches(app, kept, ['.cache']) }
}

it('keeps what a phase has left in a cache for the next, also of one that failed', async () => {
  const { app, log, caches } = stage()
  const failing = withAppCaches(caches, log, async () => {
    writeFileSync(join(app, '.cache/one'), '1')
    throw new Error('the phase failed')
  })
  await expect(failing).rejects.toThrow('the phase failed')
  await withAppCaches(caches, log, async () => expect(readFileSync(join(app, '.cache/one'), 'utf8')).toBe('1'))
})

it('tells why the phase failed, and of the caches beside it', async () => {
  const { kept, warnings, log, caches } = stage()
  const failing = withAppCaches(caches, log, async () => {
    writeFileSync(kept, 'a file where their directory would be')
    throw new Error('the phase failed')
  })
  await expect(failing).rejects.toThrow('the phase failed')
  expect(warnings).toEqual([expect.stringMatching(/^Cannot keep the caches of the app: /)])
  rmSync(kept)
  const keeping = withAppCaches(caches, log, async () => writeFileSync(kept, 'again'))
  await expect(keeping).rejects.toThrow(/EEXIST|ENOTDIR/)
})
