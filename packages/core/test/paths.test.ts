import { posix } from 'node:path'
import { growthFault, longText } from '@hop3/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinPaths, normalPath } from '../src/index.ts'

const part = fc.oneof(fc.constantFrom('', '.', '..', '/', '...', 'a', 'b c', '.a', '../', './'), fc.string({ maxLength: 3 }))
const path = fc.array(part, { maxLength: 8 }).map((parts) => parts.join('/'))

test('paths mean what they mean to Node', () => {
  fc.assert(
    fc.property(path, (one) => normalPath(one) === posix.normalize(one)),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.array(path, { maxLength: 4 }), (some) => joinPaths(...some) === posix.join(...some)))
})

test.each(['../', 'a/b/../..', '/'])('time grows as a path of %s does', async (unit) => {
  expect(await growthFault((length) => normalPath(longText({ unit }, length)))).toBeUndefined()
})
