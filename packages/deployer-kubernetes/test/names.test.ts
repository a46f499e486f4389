import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimName, ownNamespace, workerName } from '../src/objects/names.ts'

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
const app = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/)
const worker = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)

describe('names of objects', () => {
  test.each([
    ['shop', 'web', /^shop-web$/],
    ['shop', 'Big_Worker', /^shop-big-worker-[a-f0-9]{8}$/],
    ['a'.repeat(63), 'web', /^a{37}-[a-f0-9]{8}$/],
  ])('%s %s', (one, other, name) => {
    expect(workerName(one, other)).toMatch(name)
    expect(workerName(one, other)).toBe(workerName(one, other))
  })

  test('are host names that leave room for what the cluster adds', () => {
    fc.assert(
      fc.property(app, worker, (one, other) => {
        for (const name of [workerName(one, other), claimName(one, other)]) expect(name).toMatch(label)
        expect(workerName(one, other).length).toBeLessThanOrEqual(46)
        expect(ownNamespace(one)).toMatch(/^.{1,63}$/)
      }),
    )
  })

  test('never meet, however an app and its worker are cut', () => {
    const parts = fc
      .array(fc.constantFrom('a', 'b', 'A', '-', '_', '.', '1', '1f3a9c2e', 'web'), { minLength: 1, maxLength: 6 })
      .map((all) => all.join(''))
    const names = fc.tuple(
      parts.filter((one) => /^[a-z][a-z0-9-]{0,62}$/.test(one)),
      parts.filter((one) => /^[A-Za-z0-9]/.test(one)),
    )
    fc.assert(
      fc.property(names, names, ([one, two], [three, four]) => {
        if (one === three && two === four) return
        expect(workerName(one, two)).not.toBe(workerName(three, four))
      }),
      { numRuns: 5_000 },
    )
  })
})
