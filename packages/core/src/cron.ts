/** The line of a cron worker, read in one place: planning refuses what no deployer could run. */
import { visible } from './names.ts'

/** When it runs, each field as the values it stands for, ascending. Weekdays from 0 (Sunday) to 6. */
export interface CronSchedule {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: readonly number[]
  readonly months: readonly number[]
  readonly weekdays: readonly number[]
  /** A day of either field is enough, as cron has it where neither begins with a star; else it must be a day of both. */
  readonly isEitherDay: boolean
  /** As it was written, the line ends of a command of several lines included. */
  readonly command: string
}

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  /** Names that stand for numbers, the first for `least`. */
  readonly names: readonly string[]
}

const minute: Field = { name: 'minute', least: 0, most: 59, names: [] }
const hour: Field = { name: 'hour', least: 0, most: 23, names: [] }
const day: Field = { name: 'day of the month', least: 1, most: 31, names: [] }
const month: Field = { name: 'month', least: 1, most: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') }
const weekday: Field = { name: 'day of the week', least: 0, most: 7, names: 'sun mon tue wed thu fri sat'.split(' ') }

const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/**
 * Reads five fields as POSIX crontab has them — `*`, numbers, names, ranges, lists, and steps of a star or range — or one of the @ names, and a
 * command. A line that is none gets a `problem`: what follows "the cron worker x ".
 */
export function parseCron(line: string): CronSchedule | { readonly problem: string } {
  const text = line.trim()
  const [first = ''] = text.split(/\s/, 1)
  const known = Object.hasOwn(shorthands, first.toLowerCase()) ? shorthands[first.toLowerCase()] : undefined
  const full = known === undefined ? text : known + text.slice(first.length)
  const found = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S[^]*)$/.exec(full)
  if (found === null) return { problem: `must be five fields and a command, and is ${visible(line)}` }
  const [, ...parts] = found
  const fields = [minute, hour, day, month, weekday].map((field, index) => ({
    field,
    text: parts[index] ?? '',
    values: valuesOf(parts[index] ?? '', field),
  }))
  const wrong = fields.find(({ values }) => values === undefined)
  if (wrong !== undefined) return { problem: problemOf(wrong.text, wrong.field) }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = fields.map(({ values }) => values)
  const isStar = (index: number): boolean => parts[index]?.startsWith('*') === true
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: ascending(weekdays.map((one) => one % 7)),
    isEitherDay: !isStar(2) && !isStar(4),
    command: parts[5] ?? '',
  }
}

function valuesOf(text: string, field: Field): readonly number[] | undefined {
  const items = text.split(',').map((item) => itemValues(item, field))
  return items.every((values) => values !== undefined) ? ascending(items.flat()) : undefined
}

/** `*`, `7`, `1-5`, and the first and last with `/2`. */
function itemValues(item: string, field: Field): readonly number[] | undefined {
  const [, from = '', to, step = '1'] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d{1,3}))?$/.exec(item) ?? []
  const isStar = from === '*'
  if (Number(step) < 1 || (isStar && to !== undefined)) return undefined
  if (!isStar && to === undefined && item.includes('/')) return undefined
  const first = isStar ? field.least : valueOf(from, field)
  const last = isStar ? lastOfAll(field) : to === undefined ? first : valueOf(to, field)
  if (first === undefined || last === undefined || first > last) return undefined
  return Array.from({ length: Math.floor((last - first) / Number(step)) + 1 }, (_, index) => first + index * Number(step))
}

/** Sunday has two numbers. */
function lastOfAll(field: Field): number {
  return field === weekday ? 6 : field.most
}

function valueOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase())
  if (named !== -1) return least + named
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1
  return number >= least && number <= most ? number : undefined
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].toSorted((one, other) => one - other)
}

function problemOf(text: string, { name, least, most }: Field): string {
  return `has ${visible(text)} as its ${name}, which must be *, a number from ${least} to ${most}, a range (1-5), a list (1,3) or a step (*/2, 0-30/10)`
}
