import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filePattern, matchesName, matchesPattern } from '../src/index.ts'

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

it.each([
  ['src/*.ts', ['src/a.ts', 'src/.ts'], ['src/a/b.ts', 'src/a.tsx', 'a.ts']],
  ['src/**/*.ts', ['src/a.ts', 'src/a/b/c.ts'], ['srca.ts', 'src/a.js']],
  ['src/**.ts', ['src/a.ts', 'src/a/b.ts'], ['a.ts']],
  ['**/*.zig', ['a.zig', 'a/b.zig'], ['a.zig/b']],
  ['a*/**b', ['a/b', 'ax/y/b', 'ab/b'], ['x/b', 'a/b/c', 'ab']],
  ['***/**/x', ['x', 'a/b/x'], ['ax', 'x/a']],
  ['*/*', ['a/b', 'a/'], ['a', 'a/b/c']],
  ['??', ['ab'], ['a', 'a/', 'abc']],
  ['{a,b}.*', ['{a,b}.c'], ['a.c']],
] as const)('of files: %s', (pattern, matching, others) => {
  const isMeant = filePattern(pattern)
  expect(matching.filter((path) => !isMeant(path))).toEqual([])
  expect(others.filter(isMeant)).toEqual([])
})

it('means of files what an expression of the same meaning does', () => {
  const parts: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' }
  const piece = fc.constantFrom('*', '**', '**/', '?', '/', 'a', 'b')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }), (pieces, letters) => {
      const [pattern, path] = [pieces.join('').replace(/\*{3,}/g, '**'), letters.join('')]
      const source = pattern.replace(/\*\*\/|\*\*|\*|\?/g, (part) => parts[part] ?? part)
      expect(filePattern(pattern)(path)).toBe(new RegExp(`^${source}$`).test(path))
    }),
    { numRuns: 3000 },
  )
})

it.each([
  ['stars', '*a'.repeat(5000), 'a'.repeat(4000)],
  ['double stars', '**a'.repeat(3333), 'a'.repeat(4000)],
  ['directories', '**/a/'.repeat(2000), 'a/'.repeat(2000)],
  ['stars that take nothing', '**/*'.repeat(2500), 'a/'.repeat(2000)],
  ['question marks', '*?'.repeat(5000), 'a'.repeat(4000)],
])('10 000 letters of %s end soon', (_what, pattern, path) => {
  const before = process.threadCpuUsage()
  expect(filePattern(`${pattern}b`)(path)).toBe(false)
  expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
})
