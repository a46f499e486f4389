import { describe, expect, test } from 'vitest'
import { parseCron, type CronLine } from '../src/cron-lines.ts'
import { randomFrom } from './hostile-values.ts'

const lines = (fields: string): readonly string[] => parseCron(`${fields} echo hello`, 'cron').lines.map(format)
const format = ({ minute, hour, day, month, weekday }: CronLine): string => [minute, hour, day, month, weekday].join(' ')

describe('five fields become lines of uWSGI', () => {
  test.each<[string, readonly string[]]>([
    ['* * * * *', ['-1 -1 -1 -1 -1']],
    ['5 4 * * *', ['5 4 -1 -1 -1']],
    ['*/10 * * * *', ['-10 -1 -1 -1 -1']],
    ['*/1 * * * *', ['-1 -1 -1 -1 -1']],
    ['0-59 0-23 1-31 1-12 0-7', ['-1 -1 -1 -1 -1']],
    ['0,30 8-10 * * *', ['0 8 -1 -1 -1', '30 8 -1 -1 -1', '0 9 -1 -1 -1', '30 9 -1 -1 -1', '0 10 -1 -1 -1', '30 10 -1 -1 -1']],
    ['0 0 * * 1-5', ['0 0 -1 -1 1', '0 0 -1 -1 2', '0 0 -1 -1 3', '0 0 -1 -1 4', '0 0 -1 -1 5']],
    ['0 0 * * mon,7', ['0 0 -1 -1 0', '0 0 -1 -1 1']],
    ['0 0 * JAN-feb *', ['0 0 -1 1 -1', '0 0 -1 2 -1']],
    ['0 0 */10 * *', ['0 0 1 -1 -1', '0 0 11 -1 -1', '0 0 21 -1 -1', '0 0 31 -1 -1']],
    ['10-20/5 1 * * *', ['10 1 -1 -1 -1', '15 1 -1 -1 -1', '20 1 -1 -1 -1']],
    ['50/5 1 * * *', ['50 1 -1 -1 -1', '55 1 -1 -1 -1']],
    ['0 0 1-31 * 1', ['0 0 -1 -1 -1']],
    ['@daily', ['0 0 -1 -1 -1']],
  ])('%s', (fields, expected) => {
    expect(lines(fields)).toEqual(expected)
  })

  test('a day of the month or a weekday', () => {
    const job = parseCron('0 6 1,15 * 1 run it', 'cron')
    expect(job.lines.map(format)).toEqual(['0 6 1 -1 -1', '0 6 15 -1 -1', '0 6 -1 -1 1'])
    expect(job.command).toBe('run it')
  })

  test('the command is whatever follows, as it is', () => {
    expect(parseCron("  */5 *\t* * *   echo '%d' $(id)\nsecond ", 'cron').command).toBe("echo '%d' $(id)\nsecond")
  })

  test('means the same moments as the fields say, for a thousand generated ones', () => {
    const random = randomFrom(7)
    for (let count = 0; count < 1000; count++) {
      const minute = generate(random, 0, 59)
      const hour = generate(random, 0, 23)
      const expanded = parseCron(`${minute.text} ${hour.text} * * * x`, 'cron').lines
      const moments = new Set<string>()
      for (let h = 0; h < 24; h++)
        for (let m = 0; m < 60; m++) if (expanded.some((line) => fits(line.minute, m) && fits(line.hour, h))) moments.add(`${h}:${m}`)
      const wanted = hour.values.flatMap((h) => minute.values.map((m) => `${h}:${m}`))
      expect([...moments].toSorted()).toEqual([...new Set(wanted)].toSorted())
    }
  })
})

test.each([
  ['* * * * *', 'five fields and a command'],
  ['60 * * * * x', 'minute'],
  ['* 24 * * * x', 'hour'],
  ['* * 0 * * x', 'day of the month'],
  ['* * * 13 * x', 'month'],
  ['* * * * 8 x', 'weekday'],
  ['* * * * funday x', 'weekday'],
  ['5-1 * * * * x', 'ends before'],
  ['*/0 * * * * x', 'step'],
  ['-5 * * * * x', 'minute'],
  ['1,,2 * * * * x', 'minute'],
  ['@reboot x', 'five fields'],
  ['%n * * * * x', 'minute'],
  ['1-59 1-23 1-30 * * x', 'lines'],
  ['0 0 */2 * 1 x', 'weekdays'],
])('refuses %s', (text, reason) => {
  expect(() => parseCron(text, 'cron')).toThrow(
    expect.objectContaining({ code: 'deploy.uwsgi.cron', message: expect.stringContaining(reason) }),
  )
})

/** As uWSGI compares a value of a line. */
function fits(written: number, now: number): boolean {
  if (written === -1) return true
  return written < -1 ? now % -written === 0 : written === now
}

function generate(random: () => number, from: number, to: number): { readonly text: string; readonly values: readonly number[] } {
  const parts = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
    const low = from + Math.floor(random() * (to - from))
    const high = low + Math.floor(random() * (to - low))
    const step = 1 + Math.floor(random() * 20)
    const all = (start: number, end: number, by: number): readonly number[] =>
      Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, index) => start + index * by)
    const kinds = [
      { text: '*', values: all(from, to, 1) },
      { text: `*/${step}`, values: all(from, to, step) },
      { text: `${low}`, values: [low] },
      { text: `${low}-${high}`, values: all(low, high, 1) },
      { text: `${low}-${high}/${step}`, values: all(low, high, step) },
    ]
    return kinds[Math.floor(random() * kinds.length)] ?? { text: '*', values: all(from, to, 1) }
  })
  return { text: parts.map(({ text }) => text).join(','), values: parts.flatMap(({ values }) => values) }
}
