import { expect, test } from 'vitest'
import { cronLine } from '../src/schedule.ts'

test.each([
  ['*/20 8-10 * * 1-5 run', '0,20,40 8,9,10 * * 1,2,3,4,5'],
  ['@daily run', '0 0 * * *'],
  ['0 0 1 * mon run', '0 0 1 * 1'],
  ['0 0 * * 7 run', '0 0 * * 0'],
  ['* * 1-31 * 1 run', `* * ${Array.from({ length: 31 }, (_, index) => index + 1).join(',')} * 1`],
])('%s', (line, fields) => {
  expect(cronLine(line, 'cron')).toEqual({ fields, command: 'run' })
})

test.each(['*/2 once', '0 0 */2 * 1 a day of both'])('refuses %s', (line) => {
  expect(() => cronLine(line, 'cron-a')).toThrow(/cron-a/)
})
