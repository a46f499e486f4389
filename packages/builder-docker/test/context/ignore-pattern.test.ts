import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compilePattern } from '../../src/context/ignore-pattern.ts'

/** The answers are those of the engine's own matcher (`github.com/moby/patternmatcher`); undefined where it refuses the pattern. */
test.each([
  ['*.md', 'a.md', true],
  ['*.md', 'd/a.md', false],
  ['**/a', 'x/y/a', true],
  ['**a', 'xa', true],
  ['a**b', 'a/x/b', true],
  ['a**b', 'axb', false],
  ['[a*]', 'a*', false],
  ['[a*]', 'aa]', true],
  ['[?]x', 'a]x', false],
  ['[^a]', '\n', true],
  ['\\d\\b', '7', true],
  ['\\A?\\z', '7', true],
  ['a|b*', 'xb', true],
  ['a|b*', 'axx', true],
  ['?{2}', 'ab', true],
  ['?{2}', 'abc', false],
  ['?{,2}', 'a{,2}', true],
  ['?{3,2}', 'a', undefined],
  ['?{1001}', 'a', undefined],
  ['**{2}', 'aa', false],
  ['{0}?', 'xxa', true],
  ['a.b*', 'axb', false],
  ['\\日', '日', undefined],
  ['?', '😀', true],
  ['[z-a]', 'b', undefined],
  ['[a-]x', '-x', undefined],
  ['*\\w*{2}', 'a', undefined],
  ['d/**', 'd/e/f', true],
  ['d*/**', 'dx', false],
  ['**/\n*', 'a', false],
])('%j says of %j: %s', (pattern, path, expected) => {
  expect(compilePattern(pattern)?.matches(path)).toBe(expected)
})

test('many stars take no longer than the path is long: the whole program would stand still, deaf to Ctrl-C', () => {
  const module = JSON.stringify(new URL('../../src/context/ignore-pattern.ts', import.meta.url).href)
  const script = `import { compilePattern } from ${module}
    const name = 'a'.repeat(250)
    const patterns = ['*a'.repeat(40) + '*[b]', '**/a'.repeat(40) + '*[b]', '?{0,1000}'.repeat(40) + '[b]', '(a|'.repeat(40) + '*a*a*a*a*a*a[b]']
    console.log(JSON.stringify(patterns.map((pattern) => compilePattern(pattern).matches(name))))`
  const options = { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' } as const
  const said = execFileSync(process.execPath, ['--conditions=@hop3/source', '--input-type=module', '--eval', script], options)
  expect(JSON.parse(said)).toEqual([false, false, false, false])
}, 90_000)
