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

it('keeps what is missing from the lock file, and nothing of how npm is used', () => {
  const missing = Array.from({ length: 8 }, (_, index) => `npm error Missing: package-${index}@1.0.0 from lock file`)
  const help = [
    'npm error Usage:',
    'npm error npm ci',
    ...numbered(1, 90).map((line) => `npm error ${line}`),
    'npm error Run "npm help ci" for more info',
  ]
  const log = 'npm error A complete log of this run can be found in: /log'
  const begin = ['npm error code EUSAGE', 'npm error', 'npm error `npm ci` can only install packages when …', 'npm error']
  expect(kept([...begin, ...missing, ...help, log])).toEqual([...begin, ...missing, help.at(-1), log])
  expect(kept([...begin, ...missing, ...numbered(1, 20)])).toEqual([...begin, ...missing.slice(0, 5), '…', ...numbered(1, 20)])
})
