import { expect, it } from 'vitest'
import { keptLines } from '../src/kept-lines.ts'

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`)

function kept(lines: readonly string[]): readonly string[] {
  const all = keptLines()
  for (const line of lines) all.add(line)
  return all.lines()
}

it('keeps everything of a short output and the last 20 lines of a long one', () => {
  expect(kept([])).toEqual([])
  expect(kept(numbered(1, 20))).toEqual(numbered(1, 20))
  expect(kept(numbered(1, 50))).toEqual(numbered(31, 50))
})

it('keeps what npm says first of its fault, and nothing twice', () => {
  const fault = ['npm error code EUSAGE', 'npm error', 'npm error `npm ci` can only install packages when …', 'npm error']
  expect(kept([...numbered(1, 5), ...fault, ...numbered(6, 40)])).toEqual([...fault, '…', ...numbered(21, 40)])
  expect(kept([...fault, ...numbered(1, 18)])).toEqual([...fault.slice(0, 2), '…', ...fault.slice(2), ...numbered(1, 18)])
  expect(kept([...fault, ...numbered(1, 3)])).toEqual([...fault, ...numbered(1, 3)])
})
