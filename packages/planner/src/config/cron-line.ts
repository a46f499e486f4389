import { hop3Error, visible } from '@hop3/core'

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of the week', least: 0, most: 7 },
]

/**
 * Checks the line of a cron worker: five fields, each `*`, a number or `*` with a step, then a command. Returns it unchanged. Ranges and
 * lists are refused, because uWSGI's cron has none. Throws `config.cron`.
 */
export function checkCronLine(name: string, line: string, origin: string): string {
  const [, ...found] = /^\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\S/.exec(line) ?? []
  if (found.length !== fields.length) {
    throw cronError(name, origin, `must be five fields and a command, and is ${visible(line)}`)
  }
  for (const [index, field] of fields.entries()) checkField(name, origin, field, found[index] ?? '')
  return line
}

function checkField(name: string, origin: string, { name: fieldName, least, most }: Field, value: string): void {
  const step = /^\*\/(\d{1,2})$/.exec(value)?.[1]
  const number = /^\d{1,2}$/.test(value) ? Number(value) : undefined
  if (value === '*') return
  if (step !== undefined && Number(step) >= 1 && Number(step) <= Math.max(most, 1)) return
  if (number !== undefined && number >= least && number <= most) return
  throw cronError(name, origin, `has ${visible(value)} as its ${fieldName}, which must be *, */n or a number from ${least} to ${most}`)
}

function cronError(name: string, origin: string, problem: string): Error {
  return hop3Error('config.cron', `${origin}: the cron worker ${visible(name)} ${problem}.`, {
    hint: `Write minute, hour, day, month, weekday, command: \`${name}: 0 4 * * * ./nightly\`. For several times, write several workers: cron-a, cron-b.`,
    details: { origin, worker: visible(name) },
  })
}
