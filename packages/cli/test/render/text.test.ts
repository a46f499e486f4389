import { expect, test } from 'vitest'
import { formatDuration } from '../../src/render/duration.ts'
import { createPaint } from '../../src/render/style.ts'
import { table } from '../../src/render/table.ts'
import { cutToWidth, plainLine, textWidth } from '../../src/render/text-width.ts'

test.each([
  [0, '0.0 s'],
  [449, '0.4 s'],
  [12_345, '12.3 s'],
  [59_949, '59.9 s'],
  [59_960, '1 m 00 s'],
  [125_000, '2 m 05 s'],
])('%i ms is %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

test('width counts columns: wide letters two, marks none, colors none', () => {
  expect(['abc', '日本', 'é', 'e\u0301', '🚀', '\u001b[31mred\u001b[39m'].map(textWidth)).toEqual([3, 4, 1, 1, 2, 3])
})

test('cutting never exceeds the width', () => {
  expect(cutToWidth('hello', 5)).toBe('hello')
  expect(cutToWidth('hello', 4)).toBe('hel…')
  expect(cutToWidth('日本語', 4)).toBe('日…')
  expect(cutToWidth('hello', 0)).toBe('')
})

test('a line of a child process cannot move the cursor', () => {
  expect(plainLine('\u001b[2Ka\u001b[1A\u001b[31mb\u001b[0m\tc\u0007')).toBe('ab  c')
  expect(plainLine('10%\r50%\r100%\r\n')).toBe('100%')
})

test('a table is aligned whatever is in it', () => {
  const paint = createPaint({ write: () => true, on: () => {} }, { FORCE_COLOR: '1' })
  const text = table(
    ['APP', 'STATE', 'X'],
    [
      ['blog', { style: 'green', text: 'running' }, '1'],
      ['日本', 'up', '2'],
    ],
    paint,
  )
  // eslint-disable-next-line no-control-regex -- the colors are what is taken out
  expect(text.replace(/\u001b\[\d+m/g, '')).toBe(['APP   STATE    X', 'blog  running  1', '日本  up       2'].join('\n'))
})

test('what stands in a table cannot command the terminal', () => {
  const paint = createPaint({ write: () => true, on: () => {} }, { FORCE_COLOR: '1' })
  const evil = 'a\u001b]0;title\u0007\u001b[2J\r\n\u009bb\u202e'
  const shown = 'a\\u001b]0;title\\u0007\\u001b[2J\\r\\n\\u009bb\\u202e'
  const text = table(['X'], [[evil], [{ style: 'red', text: evil }], [[evil, { style: 'dim', text: evil }]]], paint)
  expect(text.split('\n').slice(1)).toEqual([shown, `\u001b[31m${shown}\u001b[39m`, `${shown}\u001b[2m${shown}\u001b[22m`])
})

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
])('color on a terminal (%s) with %o: %s', (isTTY, env, colored) => {
  const paint = createPaint({ isTTY, write: () => true, on: () => {} }, env)
  expect(paint('red', 'x')).toBe(colored ? '\u001b[31mx\u001b[39m' : 'x')
})
