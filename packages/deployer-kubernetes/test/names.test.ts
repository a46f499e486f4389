import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimName, dataClaimName, ownNamespace, secretName, workerName } from '../src/objects/names.ts'

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

  test('of claims never meet, whichever app has them and however long its name is', () => {
    const part = fc.constantFrom('a', '-', '1', 'data', '-data', 'x'.repeat(33), 'x'.repeat(37), 'x'.repeat(42))
    const apps = fc.array(part, { minLength: 1, maxLength: 4 }).map((all) => all.join('').slice(0, 63))
    const volumes = fc.constantFrom(undefined, 'data', 'data-data', 'Data', 'a', 'x'.repeat(40))
    const nameOf = ([app, volume]: readonly [string, string | undefined]): string =>
      volume === undefined ? dataClaimName(app) : claimName(app, volume)
    // The app itself, one whose name begins with its, and any other.
    const pairs = fc
      .tuple(apps, volumes, fc.oneof(fc.constantFrom('', '-data', '-data-data', '-'), apps), volumes)
      .filter(([app, , more]) => [app, app + more].every((one) => /^[a-z][a-z0-9-]{0,62}$/.test(one)))
      .map(([app, volume, more, other]) => [[app, volume] as const, [app + more, other] as const] as const)
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        if (one[0] === other[0] && one[1] === other[1]) return
        expect(nameOf(one)).not.toBe(nameOf(other))
        for (const name of [one, other].map(nameOf)) {
          expect(name).toMatch(label)
          expect(name.length).toBeLessThanOrEqual(46)
        }
      }),
      { numRuns: 20_000 },
    )
  })

  test('of Secrets never meet, whatever is the same in them and in the names of their apps', () => {
    const apps = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/), fc.stringMatching(/^[a-z0-9-]{0,23}$/))
    fc.assert(
      fc.property(apps, ([one, more]) => {
        const other = `${one}${more}`.slice(0, 63)
        const all = [...new Set([one, other])].flatMap((name) => [secretName(name, 'env', 'same'), secretName(name, 'pull', 'same')])
        expect(new Set(all).size).toBe(all.length)
        for (const name of all) {
          expect(name).toMatch(label)
          expect(name.length).toBeLessThanOrEqual(63)
        }
      }),
    )
    expect(secretName('shop', 'env', 'one')).toMatch(/^shop-env-[a-f0-9]{16}$/)
    expect(secretName('shop', 'env', 'one')).not.toBe(secretName('shop', 'env', 'two'))
  })

  // What is called otherwise is lost to its app.
  test.each([
    [dataClaimName('shop'), 'shop-data'],
    [dataClaimName('database'), 'database-data'],
    [dataClaimName('a'.repeat(41)), `${'a'.repeat(41)}-data`],
    [dataClaimName('a'.repeat(42)), `${'a'.repeat(37)}-b2731736`],
    [claimName('shop', 'data'), 'shop-data-data'],
    [claimName('shop', 'uploads'), 'shop-data-uploads'],
    [claimName('a'.repeat(41), 'data'), `${'a'.repeat(37)}-3e485884`],
    [claimName('a'.repeat(42), 'uploads'), `${'a'.repeat(37)}-7863fa02`],
  ])('of claims that are there stay: %s', (name, known) => {
    expect(name).toBe(known)
  })
})
