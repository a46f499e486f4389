import { hop3Error, visible } from '@hop3/core'

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  /** Names that stand for numbers, the first for `least`. */
  readonly names: readonly string[]
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of the month', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

const shorthand = /^\s*@(hourly|daily|midnight|weekly|monthly|yearly|annually)\s+\S/i

/**
 * Checks the line of a cron worker as POSIX crontab has it: five fields, each `*`, numbers, ranges or lists of them, with steps; or one
 * of the @ names; then a command. Returns it unchanged. Throws `config.cron`.
 */
export function checkCronLine(name: string, line: string, origin: string): string {
  if (shorthand.test(line)) return line
  const [, ...found] = /^\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\S/.exec(line) ?? []
  if (found.length !== fields.length) {
    throw cronError(name, origin, `must be five fields and a command, and is ${visible(line)}`)
  }
  for (const [index, field] of fields.entries()) {
    const value = found[index] ?? ''
    if (value.split(',').every((item) => isItem(item, field))) continue
    throw cronError(
      name,
      origin,
      `has ${visible(value)} as its ${field.name}, which must be *, a number from ${field.least} to ${field.most}, a range (1-5), a list (1,3) or a step (*/2)`,
    )
  }
  return line
}

/** `*`, `7`, `1-5`, and the first and last with `/2`. */
function isItem(item: string, field: Field): boolean {
  const [, from = '', to, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d{1,2}))?$/.exec(item) ?? []
  if (step !== undefined && Number(step) < 1) return false
  if (from === '*') return to === undefined
  const first = valueOf(from, field)
  const last = to === undefined ? first : valueOf(to, field)
  return first !== undefined && last !== undefined && first <= last && (step === undefined || to !== undefined)
}

function valueOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase())
  if (named !== -1) return least + named
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1
  return number >= least && number <= most ? number : undefined
}

function cronError(name: string, origin: string, problem: string): Error {
  return hop3Error('config.cron', `${origin}: the cron worker ${visible(name)} ${problem}.`, {
    hint: `Write minute, hour, day, month, weekday, command: \`${name}: 0 4 * * * ./nightly\`.`,
    details: { origin, worker: visible(name) },
  })
}
