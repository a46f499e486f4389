import { expect, test } from 'vitest'
import { exitCodeOf } from '../src/exit-codes.ts'

test.each([
  ['internal.unexpected', 1],
  ['usage.unknown-option', 2],
  ['config.syntax', 10],
  ['select.builder.none', 20],
  ['build.phase-failed', 30],
  ['select.deployer.none', 40],
  ['deploy.not-running', 50],
  ['health.timeout', 51],
  ['lock.held', 55],
  ['plugin.duplicate', 60],
  ['environment.disk-full', 75],
  ['retry.interrupted', 75],
  ['something.new', 1],
])('%s exits with %i', (code, exitCode) => {
  expect(exitCodeOf(code)).toBe(exitCode)
})
