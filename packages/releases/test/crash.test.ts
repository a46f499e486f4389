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
      const ending = await runOperation(home, operation, `${call}:signal=KILL`)
      // Threads also write to wake each other, not always equally often, so the last write may not come.
      expect({ call, isKilled: ending.signal === 'SIGKILL' || call.startsWith('write') }).toEqual({ call, isKilled: true })
      const app = home.app('blog')
      const found = { call, seen: await seen(app) }
      expect([before, after].map((one) => ({ call, seen: one }))).toContainEqual(found)
      expect({ call, ...(await useAgain(app)) }).toEqual({ call, ...usable })
      await rm(home.path, { recursive: true })
    }
  })
})

const usable = { left: [], isCurrentReal: true, isSwitched: true, env: { AGAIN: 'yes' }, envDirectories: 1, openRecords: [] }

/** What the next command finds and does: it locks, finds a committed current release, and does everything again. */
async function useAgain(app: AppHome): Promise<object> {
  const { root } = app.directories
  await (await lock(app)).release()
  const left = (await readdir(root)).filter((name) => name.endsWith('.tmp') || name.startsWith('lock'))
  const current = await app.current()
  const isCurrentReal = current === undefined || (await app.artifact(current)).metadata['release'] === current
  const next = await release(app)
  await app.switchTo(next)
  const isSwitched = (await app.current()) === next && (await app.previous()) === current
  await app.writeEnv({ CHANGED: undefined, REMOVED: undefined, KEPT: undefined, ADDED: undefined, AGAIN: 'yes' })
  const env = await app.readEnv()
  const envDirectories = (await readdir(root)).filter((name) => name.startsWith('.env-')).length
  await app.writeState({ ...initialState, generation: await app.nextGeneration() })
  await app.record({ time: '', operation: 'deploy', step: 'end' })
  await app.prune(1)
  return { left, isCurrentReal, isSwitched, env, envDirectories, openRecords: await app.openRecords() }
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
