import { expect, test } from 'vitest'
import { didYouMean } from '../src/did-you-mean.ts'

const names = ['deploy', 'destroy', 'detect', 'ps', 'start', 'stop', 'restart']

test.each([
  ['depoly', 'deploy'],
  ['destory', 'destroy'],
  ['stpo', 'stop'],
  ['sp', 'ps'],
  ['dete', 'detect'],
  ['re', 'restart'],
  ['de', undefined],
  ['x', undefined],
  ['completely', undefined],
])('%s → %s', (word, meant) => {
  expect(didYouMean(word, names)).toBe(meant)
})
