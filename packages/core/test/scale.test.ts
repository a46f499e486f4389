import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetScale } from '../src/index.ts'
import { changedScale, deltasTo } from '../src/scale.ts'

const workers = { web: 'x', worker: 'y', 'cron.daily': '0 0 * * * z' }

it('has one of each where nothing is said', () => {
  expect(targetScale(workers, {})).toEqual({ 'cron.daily': 1, web: 1, worker: 1 })
})

it('adds and takes away, down to none', () => {
  expect(targetScale(workers, { web: 2 }, { web: 2, worker: -1 })).toEqual({ 'cron.daily': 1, web: 4, worker: 0 })
})

it.each<[Record<string, number>, string]>([
  [{ web: -2 }, 'Cannot run -1'],
  [{ web: 1e9 }, 'Cannot run'],
  [{ web: Number.NaN }, 'Cannot run NaN'],
  [{ web: 0.5 }, 'Cannot run 1.5'],
  [{ 'cron.daily': 1 }, 'Cannot run 2'],
  [{ nope: 1 }, 'no such worker'],
  [{ constructor: 1 }, 'no such worker'],
])('refuses %j', (deltas, message) => {
  expect(() => targetScale(workers, {}, deltas)).toThrow(
    expect.objectContaining({ code: 'config.scale', message: expect.stringContaining(message) }),
  )
})

it('does not count directories the proxy serves as instances', () => {
  expect(targetScale({ web: 'x', static: '/a' }, {})).toEqual({ web: 1 })
  expect(targetScale({ static: '/a' }, {})).toEqual({ static: 1 })
})

describe('laws', () => {
  const count = fc.integer({ min: 0, max: 20 })
  it('deltasTo leads to what was asked for', () => {
    fc.assert(
      fc.property(count, count, (from, to) => {
        expect(targetScale(workers, { web: from }, deltasTo(workers, { web: from }, { web: to }))['web']).toBe(to)
      }),
    )
  })
  it('changedScale forgets workers that are gone and keeps the rest', () => {
    expect(changedScale({ web: 'x' }, { web: 3 }, { worker: 5 })).toEqual({})
    expect(changedScale({ web: 'x' }, { web: 3 }, {}, { web: 1 })).toEqual({ web: 4 })
    expect(changedScale({ web: 'x' }, {}, { web: 2 })).toEqual({ web: 2 })
  })
})
