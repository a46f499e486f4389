import { expect, it } from 'vitest'
import { parseCron } from '../src/index.ts'

const all = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)

it('reads five fields into the values they stand for', () => {
  expect(parseCron('  0,30\t8-10 */10 jan-MAR/2 mon,7  run "it"\nnow ')).toEqual({
    minutes: [0, 30],
    hours: [8, 9, 10],
    days: [1, 11, 21, 31],
    months: [1, 3],
    weekdays: [0, 1],
    isEitherDay: false,
    command: 'run "it"\nnow',
  })
  expect(parseCron('* * * * * x')).toMatchObject({ minutes: all(0, 59), hours: all(0, 23), days: all(1, 31), weekdays: all(0, 6) })
  expect(parseCron('0 0 1 * 5-7 x')).toMatchObject({ weekdays: [0, 5, 6], isEitherDay: true })
  expect(parseCron('@Daily x y')).toMatchObject({ minutes: [0], hours: [0], days: all(1, 31), command: 'x y' })
})

it.each([
  ['60 * * * * x', 'has "60" as its minute, which must be *, a number from 0 to 59, a range'],
  ['* * 0 * * x', 'as its day of the month'],
  ['* * * mon * x', 'as its month'],
  ['* * * * 8 x', 'as its day of the week'],
  ['5-1 * * * * x', 'as its minute'],
  ['1, * * * * x', 'as its minute'],
  ['5/2 * * * * x', 'as its minute'],
  ['*/0 * * * * x', 'as its minute'],
  ['*-5 * * * * x', 'as its minute'],
  ['1-2-3 * * * * x', 'as its minute'],
  ['* * * * *', 'must be five fields and a command, and is "* * * * *"'],
  ['@constructor x', 'five fields'],
  ['', 'five fields'],
])('says what is wrong with %j', (line, problem) => {
  expect(parseCron(line)).toEqual({ problem: expect.stringContaining(problem) })
})
