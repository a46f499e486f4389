import { distinctValues } from '@hop3/testing'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { asciiJson } from '../src/client/request.ts'

test('what is sent is the same read as JSON and as YAML', () => {
  const values = distinctValues(2_000, 3)
  expect(JSON.parse(asciiJson(values))).toEqual(values)
  expect(parse(asciiJson(values))).toEqual(values)
})
