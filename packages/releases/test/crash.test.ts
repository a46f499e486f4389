import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { initialState, systemClock, type AppHome, type Home } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { describe, expect, test } from 'vitest'
import { missingStrace, runOperation, tracedCalls } from './system-calls.ts'
import { lock, release, tempDirectory } from './temp-home.ts'

interface Case {
  readonly operation: string
  /** Wherever the operation is killed, this is what it was before or what it is after, and the app can be used. */
  readonly seen: (app: AppHome) => Promise<unknown>
  /** Of many calls alike, the first ones are enough. */
  readonly atMost?: number
}

const cases: readonly Case[] = [
  { operation: 'switchTo', seen: async (app) => [await app.current(), await app.previous()] },
  { operation: 'commit', seen: async (app) => (await app.releases()).map((one) => one.committed) },
  { operation: 'reserve', seen: async (app) => (await app.releases()).length },
  { operation: 'discard', seen: async (app) => (await app.releases()).filter((one) => one.committed).length },
  { operation: 'writeState', seen: (app) => app.readState() },
  { operation: 'writeEnv', seen: (app) => app.readEnv() },
  { operation: 'record', seen: async (app) => (await app.openRecords()).map((one) => one.step) },
  { operation: 'destroy', seen: (app) => app.exists(), atMost: 8 },
]

describe.skipIf(missingStrace() !== undefined)(`killed at every system call that changes a file (${missingStrace() ?? 'strace'})`, () => {
  test.each(cases)('$operation leaves what was or what is to be', { timeout: 120_000 }, async ({ operation, seen, atMost }) => {
    const template = await templateHome()
    const before = await seen(template.app('blog'))
    const done = await copyOf(template)
    const calls = await tracedCalls(done, operation)
    const after = await seen(done.app('blog'))
    expect(after).not.toEqual(before)
    expect(calls).not.toEqual([])

    for (const call of calls.slice(0, atMost)) {
      const home = await copyOf(template)
      const where = `${operation} killed at ${call}`
      expect(await runOperation(home, operation, `${call}:signal=KILL`), where).toMatchObject({ signal: 'SIGKILL' })
      const app = home.app('blog')
      expect([before, after], where).toContainEqual(await seen(app))
      await expectUsable(app, where)
      await rm(home.path, { recursive: true })
    }
  })
})

/** The next command can lock it, finds a committed current release, and can do everything again. */
async function expectUsable(app: AppHome, where: string): Promise<void> {
  await (await lock(app)).release()
  const left = (await readdir(app.directories.root)).filter((name) => name.endsWith('.tmp') || name.startsWith('lock'))
  expect(left, where).toEqual([])
  const current = await app.current()
  if (current !== undefined) expect((await app.artifact(current)).metadata['release'], where).toBe(current)
  const next = await release(app)
  await app.switchTo(next)
  expect([await app.current(), await app.previous()], where).toEqual([next, current])
  await app.writeEnv({ AGAIN: 'yes' })
  expect(await app.readEnv(), where).toHaveProperty('AGAIN', 'yes')
  expect(
    (await readdir(app.directories.root)).filter((name) => name.startsWith('.env-')),
    where,
  ).toHaveLength(1)
  const generation = await app.nextGeneration()
  await app.writeState({ ...initialState, generation })
  await app.record({ time: '', operation: 'deploy', step: 'end' })
  expect(await app.openRecords(), where).toEqual([])
  await app.prune(1)
}

/** Four releases: one older, previous, current, a new one; and one that was never committed. */
async function templateHome(): Promise<Home> {
  const home = createHome({ path: join(await tempDirectory(), 'home'), clock: systemClock })
  const app = home.app('blog')
  await (await lock(app)).release()
  await release(app)
  for (let count = 0; count < 2; count++) await app.switchTo(await release(app))
  const unfinished = await app.nextRelease('eeeeeeee00000000')
  await app.reserve(unfinished)
  await mkdir(join(unfinished.path, 'source'))
  await release(app)
  await app.writeState({ ...initialState, generation: 1 })
  await app.writeEnv({ CHANGED: 'old', REMOVED: 'old', KEPT: 'old' })
  await app.record({ time: '2026-01-02T03:04:05.000Z', operation: 'deploy', step: 'begin' })
  return home
}

let copies = 0

async function copyOf({ path }: Home): Promise<Home> {
  const copy = `${path}-${++copies}`
  await cp(path, copy, { recursive: true, verbatimSymlinks: true })
  return createHome({ path: copy, clock: systemClock })
}
