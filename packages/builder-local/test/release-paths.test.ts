import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { areExchangeable, exchangePaths, holdsPath } from '../src/release-paths.ts'

const from = ['/srv/apps/blog/releases/r000001-aaaaaaaa']
const to = ['/srv/apps/blog/releases/r000002-bbbbbbbb']

it('exchanges every path in any bytes, and back', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Buffer.from(from[0] ?? '')))), (parts) => {
      const content = Buffer.concat(parts)
      const changed = exchangePaths(Buffer.from(content), from, to)
      expect(holdsPath(changed, from)).toBe(false)
      expect(exchangePaths(changed, to, from).equals(content)).toBe(true)
    }),
  )
})

it('leaves other content alone', () => {
  const content = randomBytes(10_000)
  expect(exchangePaths(Buffer.from(content), from, to).equals(content)).toBe(true)
})

it('asks for equal lengths in bytes', () => {
  expect(areExchangeable(from, to)).toBe(true)
  expect(areExchangeable(from, ['/srv/x'])).toBe(false)
  expect(areExchangeable(['/é'], ['/ab'])).toBe(true)
  expect(areExchangeable(['/é'], ['/a'])).toBe(false)
})
