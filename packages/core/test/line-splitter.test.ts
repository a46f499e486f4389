import { expect, test } from 'vitest'
import { splitLines } from '../src/line-splitter.ts'

function linesOf(chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = []
  const splitter = splitLines((line) => void lines.push(line))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return lines
}

test('lines are whole, whatever the pieces they come in', () => {
  const bytes = Buffer.from('é\r\nzwei\n\nlast')
  expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['é', 'zwei', '', 'last'])
  expect(linesOf([bytes])).toEqual(['é', 'zwei', '', 'last'])
  expect(linesOf([])).toEqual([])
})

test('what ends no line is handed out in pieces, and nothing of it is lost', () => {
  const piece = 'x'.repeat(50_000)
  const lines = linesOf([piece, piece, piece, 'y\nz'])
  expect(lines.map(({ length }) => length)).toEqual([65_536, 65_536, 18_929, 1])
  expect(lines.join('')).toBe(`${piece.repeat(3)}yz`)
})
