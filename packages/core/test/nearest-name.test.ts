import { expect, test } from 'vitest'
import { nearestName } from '../src/index.ts'

test.each([
  ['strat', 'start'],
  ['stat', 'start'],
  ['staart', 'start'],
  ['Start', 'start'],
  ['before_rnu', 'before-run'],
  ['sp', 'ps'],
  ['stxrx', undefined],
  ['s', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('%s → %s', (written, meant) => {
  expect(nearestName(written, ['ps', 'start', 'before-run', 'healthcheck'])).toBe(meant)
})
