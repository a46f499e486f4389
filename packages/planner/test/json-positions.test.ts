import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonPositions, pathKey } from '../src/source/json-positions.ts'
import { errorOf } from './error-of.ts'
import { parseJson } from '../src/source/parse-json.ts'

describe('jsonPositions', () => {
  test('finds members and elements', () => {
    const text = '{ "a": [1, {"b\\u0063": 2}],\n "d": {} }'
    const { offsets, fault } = jsonPositions(text)
    expect(fault).toBeUndefined()
    expect(offsets.get(pathKey(['a', 1, 'bc']))).toBe(text.indexOf('"b'))
    expect(offsets.get(pathKey(['a', 0]))).toBe(text.indexOf('1'))
    expect(offsets.get(pathKey(['d']))).toBe(text.indexOf('"d"'))
  })

  test('agrees with JSON.parse about what is JSON', () => {
    const near = fc.oneof(fc.json(), fc.string({ unit: fc.constantFrom(...Array.from('[]{}":,0-1.eE+ntruefalsl\\u \n')) }))
    fc.assert(
      fc.property(near, (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        expect(jsonPositions(text).fault === undefined).toBe(isJson)
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['{"a": 1,}', 'a.json:1:9', 'unexpected "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 'a.json:3:3', 'unexpected'],
    ["{'a': 1}", 'a.json:1:2', 'unexpected'],
    ['{"a": 1', 'a.json:1:8', 'it ends too early'],
    ['', 'a.json:1:1', 'the file is empty'],
    ['{} x', 'a.json:1:4', 'unexpected "x"'],
    ['[01]', 'a.json:1:3', 'unexpected'],
    ['{"a": "b\nc"}', 'a.json:1:7', 'unexpected'],
    ['// x\n{}', 'a.json:1:1', 'unexpected "// x"'],
  ])('%j fails at %s', (text, origin, saw) => {
    const error = errorOf(() => parseJson(text, 'a.json'))
    expect(error).toMatchObject({ code: 'config.syntax', details: { origin } })
    expect(error.message).toContain(saw)
  })

  test('depth and length do no harm', () => {
    expect(jsonPositions('['.repeat(100_000)).fault).toBeUndefined()
    expect(errorOf(() => parseJson('['.repeat(100_000), 'a.json')).code).toBe('config.syntax')
    expect(jsonPositions(JSON.stringify({ a: 'x'.repeat(3_000_000), b: 1 })).offsets.has(pathKey(['b']))).toBe(true)
  })
})
