import { expect, it } from 'vitest'
import { matchesName, matchesPattern } from '../src/index.ts'

it.each([
  ['apps/*', ['apps/web', './apps/web/'], ['apps', 'apps/', 'apps/web/x', 'other/web']],
  ['apps/**', ['apps', 'apps/web', 'apps/a/b/c'], ['app', 'x/apps']],
  ['**/web', ['web', 'apps/web', 'a/b/web'], ['web/a']],
  ['**', ['', 'a', 'a/b'], []],
  ['./apps//web/', ['apps/web'], ['apps']],
  ['{apps,libs}/*', ['apps/a', 'libs/b'], ['packages/c']],
  ['packages/{a,b*}-{x,}', ['packages/a-x', 'packages/bird-x', 'packages/a-'], ['packages/c-x', 'packages/a']],
  ['app?', ['apps'], ['app', 'appss']],
  ['a.b+(c)[d]', ['a.b+(c)[d]'], ['aXb+(c)[d]', 'a.bb']],
  ['un{closed', ['un{closed'], ['unclosed']],
  ['*a*b', ['ab', 'xaxb', 'aabb'], ['ba', 'abc']],
] as const)('%s', (pattern, matching, others) => {
  expect(matching.filter((path) => !matchesPattern(pattern, path))).toEqual([])
  expect(others.filter((path) => matchesPattern(pattern, path))).toEqual([])
})

it.each([
  ['stars', '*a'.repeat(2000), 'a'.repeat(255)],
  ['braces', '{a,aa}'.repeat(2000), 'a'.repeat(255)],
  ['directories', '**/a/'.repeat(2000), 'a/'.repeat(500)],
])('many %s take no longer than a few', (_what, pattern, path) => {
  const before = process.threadCpuUsage()
  expect(matchesPattern(`${pattern}b`, path)).toBe(false)
  expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000)
})

it('matches a name alone', () => {
  expect([matchesName('api-*', 'api-v1'), matchesName('api-*', 'web')]).toEqual([true, false])
})
