import { expect, test } from 'vitest'
import { resumedLines } from '../src/resumed-lines.ts'

test('every line is handed out once, however much of it comes again', () => {
  const { lines, read } = reading()
  expect(lines.since()).toBeUndefined()
  read('2026-03-01T10:00:00.999999999Z one', '2026-03-01T10:00:01.5Z two', '2026-03-01T10:00:01.500000001Z three')
  expect(lines.since()).toBe('2026-03-01T10:00:01.000Z')
  const again = ['2026-03-01T10:00:01.5Z two', '2026-03-01T10:00:01.500000001Z three']
  expect(read(...again, '2026-03-01T10:00:02Z four')).toEqual(['one', 'two', 'three', 'four'])
  expect(read('2026-03-01T10:00:02Z four')).toEqual(['one', 'two', 'three', 'four'])
})

test('of lines of one time, those that are new', () => {
  const { read } = reading()
  const time = '2026-03-01T10:00:00.25Z'
  read(`${time} same`, `${time} same`)
  expect(read(`${time} same`, `${time} same`, `${time} same`)).toEqual(['same', 'same', 'same'])
})

test('times of two zones are compared as times', () => {
  const { lines, read } = reading()
  read('2026-10-25T02:59:59.9+02:00 summer')
  expect(lines.since()).toBe('2026-10-25T00:59:59.000Z')
  expect(read('2026-10-25T02:59:59.9+02:00 summer', '2026-10-25T02:00:00.1+01:00 winter')).toEqual(['summer', 'winter'])
})

test('a clock that goes back loses nothing of a stream', () => {
  const { read } = reading()
  expect(read('2026-03-01T10:00:05Z later', '2026-03-01T10:00:01Z earlier')).toEqual(['later', 'earlier'])
})

test('what has no time goes on with what is before it, and text is text', () => {
  const { read } = reading()
  read('2026-03-01T10:00:00Z ', 'no time', '2026-03-01T10:00:01Z  2026-03-01T10:00:01Z two')
  expect(read('the rest of an old line', '2026-03-01T10:00:01Z  2026-03-01T10:00:01Z two', '2026-03-01T10:00:02Z three', 'more')).toEqual([
    '',
    'no time',
    ' 2026-03-01T10:00:01Z two',
    'three',
    'more',
  ])
})

/** `read` is one stream; it returns all that was handed out so far. */
function reading() {
  const out: string[] = []
  const lines = resumedLines((line) => out.push(line))
  const read = (...stream: readonly string[]): readonly string[] => {
    lines.resume()
    for (const line of stream) lines.take(line)
    return out
  }
  return { lines, read }
}
