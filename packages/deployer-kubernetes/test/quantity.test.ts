import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largerQuantity } from '../src/objects/quantity.ts'

test.each([
  ['1Gi', '2Gi', '2Gi'],
  ['1G', '1Gi', '1Gi'],
  ['1024Mi', '1Gi', '1024Mi'],
  ['1Gi', '1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi', '1.5Gi'],
  ['1.5Gi', '1600Mi', '1600Mi'],
  ['999M', '1G', '1G'],
  ['1Ti', '1000Gi', '1Ti'],
  ['1073741825', '1Gi', '1073741825'],
  ['1e9', '1G', '1e9'],
  ['1E', '1e3', '1E'],
  ['1e-3', '2m', '2m'],
  ['1500m', '1', '1500m'],
  ['1.', '2', '2'],
  ['8Ei', '9223372036854775807', '8Ei'],
  ['many', '2Gi', 'many'],
  ['1Gi', '', '1Gi'],
])('of %s and %s it is %s', (one, other, larger) => {
  expect(largerQuantity(one, other)).toBe(larger)
})

test('whichever comes first', () => {
  const quantity = fc.tuple(fc.nat(5_000), fc.constantFrom('', 'k', 'Ki', 'M', 'Mi', 'G', 'Gi', 'T', 'Ti')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(quantity, quantity, (one, other) => {
      const larger = largerQuantity(one, other)
      expect(largerQuantity(larger, one)).toBe(larger)
      expect(largerQuantity(larger, other)).toBe(larger)
    }),
  )
})
