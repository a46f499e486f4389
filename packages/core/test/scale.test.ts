import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { siteArtifact, tempApp } from '@hop3/testing'
import { deployConfigOf, targetScale } from '../src/index.ts'
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

describe('what answers requests, by the name it has not here', () => {
  const image = { web: 'exec uwsgi', clock: 'tick' }
  const native = { wsgi: 'app:app' }

  it('has the count that was written', () => {
    expect([targetScale(image, { wsgi: 2 }), targetScale(native, { web: 2 })]).toEqual([{ clock: 1, web: 2 }, { wsgi: 2 }])
    expect(targetScale(native, { web: 0, wsgi: 3 })).toEqual({ wsgi: 3 })
    expect(targetScale({ clock: 'tick' }, { wsgi: 2 })).toEqual({ clock: 1 })
  })

  it('is scaled', () => {
    expect(targetScale(image, { web: 2 }, { wsgi: 1 })).toEqual({ clock: 1, web: 3 })
    expect(deltasTo(image, { wsgi: 2 }, { wsgi: 5 })).toEqual({ web: 3 })
    expect(changedScale(image, { wsgi: 2 }, { clock: 4 }, { wsgi: 1 })).toEqual({ clock: 4, web: 3 })
    expect(changedScale(image, { web: 2 }, { wsgi: 4 })).toEqual({ web: 4 })
  })

  it('is scaled by one name', () => {
    const twice = expect.objectContaining({
      code: 'config.scale',
      message: "Cannot scale web and wsgi: the app's web is both.",
    })
    expect(() => targetScale(image, {}, { web: 1, wsgi: 1 })).toThrow(twice)
    expect(() => deltasTo(image, {}, { wsgi: 1, web: 1 })).toThrow(twice)
    expect(() => deltasTo({ clock: 'tick' }, {}, { wsgi: 1 })).toThrow(expect.objectContaining({ hint: 'Its workers are clock.' }))
  })

  it('has the range that was written', async () => {
    const artifact = await siteArtifact(await tempApp())
    const configOf = (deploy: object) =>
      deployConfigOf({ ...artifact, metadata: { deploy }, runtime: { ...artifact.runtime, workers: image } })
    expect(configOf({ scale: { wsgi: 2, clock: 1 }, mostInstances: { wsgi: 10 } })).toMatchObject({
      scale: { web: 2, clock: 1 },
      mostInstances: { web: 10 },
    })
    expect(configOf({ scale: { web: 3, wsgi: 2 }, mostInstances: { wsgi: 10 } })).toMatchObject({ scale: { web: 3 }, mostInstances: {} })
  })
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
