import { freePort } from '@hop3/testing'
import { expect, test } from 'vitest'

// Of 500 random ones out of 10 000 twelve are expected to be the same as another.
test('gives no port twice, though nobody listens on those it gave', async () => {
  const ports = await Promise.all(Array.from({ length: 500 }, () => freePort()))
  expect(new Set(ports).size).toBe(500)
})
