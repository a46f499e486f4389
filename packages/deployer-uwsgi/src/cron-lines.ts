/**
 * Reads a cron worker's five fields (POSIX crontab) and writes them as uWSGI's: numbers or -1 for any, -N for every N. uWSGI takes neither
 * lists nor ranges, so they become several lines. Pure.
 */
import { hop3Error, visible } from '@hop3/core'

export interface CronLine {
  readonly minute: number
  readonly hour: number
  readonly day: number
  readonly month: number
  readonly weekday: number
}

export interface CronJob {
  readonly lines: readonly CronLine[]
  readonly command: string
}

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
}

const minuteField: Field = { name: 'minute', from: 0, to: 59, names: [] }
const hourField: Field = { name: 'hour', from: 0, to: 23, names: [] }
const dayField: Field = { name: 'day of the month', from: 1, to: 31, names: [] }
const monthField: Field = {
  name: 'month',
  from: 1,
  to: 12,
  names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
}
const weekdayField: Field = { name: 'weekday', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }

const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/** uWSGI looks at every line once a second. */
const mostLines = 5_000

/** Throws `deploy.uwsgi.cron` naming the worker and the field. */
export function parseCron(text: string, worker: string): CronJob {
  const [first = ''] = text.trim().split(/\s/, 1)
  const known = shorthands[first.toLowerCase()]
  const full = known === undefined ? text.trim() : known + text.trim().slice(first.length)
  const found = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S[^]*)$/.exec(full)
  if (found === null) throw invalid(worker, `${visible(text)} is not five fields and a command`)
  const [, minute = '', hour = '', day = '', month = '', weekday = '', command = ''] = found
  const minutes = compact(parseField(minute, minuteField, worker), minute)
  const hours = compact(parseField(hour, hourField, worker), hour)
  const days = parseField(day, dayField, worker)
  const months = parseField(month, monthField, worker)
  const weekdays = [...new Set(parseField(weekday, weekdayField, worker).map((one) => (one === 7 ? 0 : one)))].toSorted(
    (one, other) => one - other,
  )
  // As cron decides it: a field that starts with a star restricts nothing for the either-or rule.
  // A day that is both runs the command once: see `cronGuard`.
  const either = !day.startsWith('*') && !weekday.startsWith('*')
  const dates = either ? eitherOf(days, weekdays) : bothOf(days, weekdays, worker)
  const lines = months.flatMap((month) =>
    dates.flatMap((date) => hours.flatMap((hour) => minutes.map((minute) => ({ minute, hour, month, ...date })))),
  )
  if (lines.length > mostLines) throw invalid(worker, `its times need ${lines.length} lines of uWSGI, which takes ${mostLines}`)
  return { lines, command }
}

type Dates = readonly Pick<CronLine, 'day' | 'weekday'>[]

function eitherOf(days: readonly number[], weekdays: readonly number[]): Dates {
  if (isAny(days) || isAny(weekdays)) return [{ day: -1, weekday: -1 }]
  return [...days.map((day) => ({ day, weekday: -1 })), ...weekdays.map((weekday) => ({ day: -1, weekday }))]
}

function bothOf(days: readonly number[], weekdays: readonly number[], worker: string): Dates {
  if (isAny(weekdays)) return days.map((day) => ({ day, weekday: -1 }))
  if (isAny(days)) return weekdays.map((weekday) => ({ day: -1, weekday }))
  throw invalid(worker, 'uWSGI cannot run it on days of the month that are also certain weekdays')
}

const isAny = (values: readonly number[]): boolean => values.length === 1 && values[0] === -1

/** The values of one field, or -1 alone for every value there is. */
function parseField(text: string, field: Field, worker: string): readonly number[] {
  const values = new Set(text.split(',').flatMap((part) => parsePart(part, field, worker)))
  const size = field === weekdayField ? 7 : field.to - field.from + 1
  const distinct = field === weekdayField ? new Set([...values].map((one) => one % 7)) : values
  return distinct.size === size ? [-1] : [...values].toSorted((one, other) => one - other)
}

function parsePart(part: string, field: Field, worker: string): readonly number[] {
  const found = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d{1,3}))?$/i.exec(part)
  if (found === null) throw invalid(worker, `${visible(part)} is not a ${field.name}`)
  const [, low, high, step] = found
  const from = low === undefined ? field.from : parseValue(low, field, worker)
  const last = field === weekdayField && low === undefined ? 6 : field.to
  const to = high !== undefined ? parseValue(high, field, worker) : low === undefined || step !== undefined ? last : from
  const by = step === undefined ? 1 : Number(step)
  if (by < 1) throw invalid(worker, `the step of ${visible(part)} (${field.name}) is not 1 or more`)
  if (to < from) throw invalid(worker, `${visible(part)} (${field.name}) ends before it begins`)
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by)
}

function parseValue(text: string, field: Field, worker: string): number {
  const named = text === '' ? -1 : field.names.indexOf(text.toLowerCase())
  const value = named === -1 && /^\d{1,2}$/.test(text) ? Number(text) : named
  if (value >= field.from && value <= field.to) return value
  throw invalid(worker, `${visible(text)} is not a ${field.name} (${field.from}–${field.to})`)
}

/** Every N-th minute or hour is one line of uWSGI instead of many. Days and months count from 1, where uWSGI means another thing by it. */
function compact(values: readonly number[], text: string): readonly number[] {
  const step = /^\*\/(\d+)$/.exec(text)
  return step === null || isAny(values) ? values : [-Number(step[1])]
}

function invalid(worker: string, saw: string): Error {
  return hop3Error('deploy.uwsgi.cron', `Cannot run the cron worker ${worker}: ${saw}.`, {
    hint: `Write five fields and a command: \`${worker}: */10 8-18 * * 1-5 python cleanup.py\`.`,
    details: { worker },
  })
}
