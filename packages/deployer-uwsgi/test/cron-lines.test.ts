import { execFileSync } from 'node:child_process'
import { randomFrom } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { cronGuard, cronMoment } from '../src/cron-guard.ts'
import { cronJob, type CronLine } from '../src/cron-lines.ts'

const lines = (fields: string): readonly string[] => cronJob(`${fields} echo hello`, 'cron').lines.map(format)
const format = ({ minute, hour, day, month, weekday }: CronLine): string => [minute, hour, day, month, weekday].join(' ')

describe('five fields become lines of uWSGI', () => {
  test.each<[string, readonly string[]]>([
    ['* * * * *', ['-1 -1 -1 -1 -1']],
    ['5 4 * * *', ['5 4 -1 -1 -1']],
    ['*/10 * * * *', ['-10 -1 -1 -1 -1']],
    ['*/1 * * * *', ['-1 -1 -1 -1 -1']],
    ['0-59 0-23 1-31 1-12 0-7', ['-1 -1 -1 -1 -1']],
    ['5,30 8-10 * * *', ['5 8 -1 -1 -1', '30 8 -1 -1 -1', '5 9 -1 -1 -1', '30 9 -1 -1 -1', '5 10 -1 -1 -1', '30 10 -1 -1 -1']],
    ['0,30 8 * * *', ['-30 8 -1 -1 -1']],
    ['0 0 * * 1-5', ['0 0 -1 -1 1', '0 0 -1 -1 2', '0 0 -1 -1 3', '0 0 -1 -1 4', '0 0 -1 -1 5']],
    ['0 0 * * mon,7', ['0 0 -1 -1 0', '0 0 -1 -1 1']],
    ['0 0 * JAN-feb *', ['0 0 -1 1 -1', '0 0 -1 2 -1']],
    ['0 0 */10 * *', ['0 0 1 -1 -1', '0 0 11 -1 -1', '0 0 21 -1 -1', '0 0 31 -1 -1']],
    ['10-20/5 1 * * *', ['10 1 -1 -1 -1', '15 1 -1 -1 -1', '20 1 -1 -1 -1']],
    ['50-59/5 1 * * *', ['50 1 -1 -1 -1', '55 1 -1 -1 -1']],
    ['0-59/15 * * * *', ['-15 -1 -1 -1 -1']],
    ['0 0 1-31 * 1', ['0 0 -1 -1 -1']],
    ['@daily', ['0 0 -1 -1 -1']],
  ])('%s', (fields, expected) => {
    expect(lines(fields)).toEqual(expected)
  })

  test('a day of the month or a weekday', () => {
    const job = cronJob('0 6 1,15 * 1 run it', 'cron')
    expect(job.lines.map(format)).toEqual(['0 6 1 -1 -1', '0 6 15 -1 -1', '0 6 -1 -1 1'])
    expect(job.command).toBe('run it')
  })

  test('the command is whatever follows, as it is', () => {
    expect(cronJob("  */5 *\t* * *   echo '%d' $(id)\nsecond ", 'cron').command).toBe("echo '%d' $(id)\nsecond")
  })

  test('means the same moments as the fields say, for a thousand generated ones', () => {
    const random = randomFrom(7)
    for (let count = 0; count < 1000; count++) {
      const minute = generate(random, 0, 59)
      const hour = generate(random, 0, 23)
      const expanded = cronJob(`${minute.text} ${hour.text} * * * x`, 'cron').lines
      const moments = new Set<string>()
      for (let h = 0; h < 24; h++)
        for (let m = 0; m < 60; m++) if (expanded.some((line) => fits(line.minute, m) && fits(line.hour, h))) moments.add(`${h}:${m}`)
      const wanted = hour.values.flatMap((h) => minute.values.map((m) => `${h}:${m}`))
      expect([...moments].toSorted()).toEqual([...new Set(wanted)].toSorted())
    }
  })
})

describe('what uWSGI cannot say runs every minute, and the script it starts looks at the clock:', () => {
  const moment = (fields: string, zone: string | undefined, now: string): string => {
    const { lines, checked } = cronJob(`${fields} x`, 'cron')
    expect(lines.map(format)).toEqual(['-1 -1 -1 -1 -1'])
    // As /bin/date would tell it at that moment.
    const date = `date() { command date -u -d '${now}' "$@"; }\n`
    return execFileSync('/bin/sh', ['-c', `${date}${cronMoment(checked, zone)}echo "runs $#"`], { encoding: 'utf8' }).trim()
  }

  test.each([
    ['0 0 */2 * 1-5', '2026-07-01 00:00', true], // a Wednesday, the 1st
    ['0 0 */2 * 1-5', '2026-07-02 00:00', false], // the 2nd
    ['0 0 */2 * 1-5', '2026-07-05 00:00', false], // a Sunday
    ['0 0 */2 * 1-5', '2026-07-01 00:01', false],
    ['8,9 8,9 1-30 * */2', '2026-07-02 09:08', true], // what is no octal number; a Thursday
    ['8,9 8,9 1-30 * */2', '2026-07-31 09:08', false],
    ['1-59 1-23 1-30 * *', '2026-12-30 23:59', true],
    ['1-59 1-23 1-30 * *', '2026-12-31 23:59', false],
    ['1-59 1-23 1-30 * 1', '2026-08-31 23:59', true], // a Monday, which is enough
    ['1-59 1-23 1-30 * 1', '2026-12-31 23:59', false],
    ['1-59 1-23 1-30 8 1', '2026-07-13 23:59', false],
  ])('%s at %s: %s', (fields, now, runs) => {
    expect(moment(fields, undefined, now)).toBe(runs ? 'runs 0' : '')
  })

  test('in the time zone of the worker', () => {
    const { checked } = cronJob('0 0 */2 * 1-5 x', 'cron')
    expect(cronMoment(checked, "it's/Here")).toContain(String.raw`$(TZ='it'\''s/Here' date `)
    expect(cronMoment(cronJob('0 0 * * * x', 'cron').checked, 'UTC')).toBe('')
  })

  test('and every line fits the shell', () => {
    const script = cronMoment(cronJob('1-59 */3 1-30 * * x', 'cron').checked, 'UTC') + cronGuard('/crons', { app: 'shop', worker: 'cron' })
    expect(execFileSync('/bin/sh', ['-n', '-c', script], { encoding: 'utf8' })).toBe('')
  })
})

test.each([
  ['* * * * *', 'five fields and a command'],
  ['60 * * * * x', 'minute'],
  ['* 24 * * * x', 'hour'],
  ['* * 0 * * x', 'day of the month'],
  ['* * * 13 * x', 'month'],
  ['* * * * 8 x', 'day of the week'],
  ['* * * * funday x', 'day of the week'],
  ['5-1 * * * * x', 'minute'],
  ['*/0 * * * * x', 'minute'],
  ['50/5 * * * * x', 'minute'],
  ['-5 * * * * x', 'minute'],
  ['1,,2 * * * * x', 'minute'],
  ['@reboot x', 'five fields'],
  ['%n * * * * x', 'minute'],
])('refuses %s', (text, reason) => {
  expect(() => cronJob(text, 'cron')).toThrow(
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
