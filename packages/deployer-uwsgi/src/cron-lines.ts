/**
 * Writes a cron worker's schedule as uWSGI's lines: numbers, or -1 for any, -N for every N. uWSGI takes neither lists nor ranges, so they become
 * several lines; and it runs a line on a day of either field, never of both. What it cannot say runs every minute and is decided by the script
 * it starts (`cronMoment`). Pure.
 */
import { hop3Error, parseCron, type CronSchedule } from '@hop3/core'

export interface CronLine {
  readonly minute: number
  readonly hour: number
  readonly day: number
  readonly month: number
  readonly weekday: number
}

export interface CronJob {
  readonly lines: readonly CronLine[]
  /** Given where the lines mean more moments than the worker asks for. */
  readonly checked?: CronSchedule
  readonly command: string
}

/** uWSGI looks at every line once a second. */
const mostLines = 1_000

/** Throws `deploy.uwsgi.cron` naming the worker and the field. Planning refuses such a line; an artifact may come from elsewhere. */
export function cronJob(text: string, worker: string): CronJob {
  const parsed = parseCron(text)
  if ('problem' in parsed) {
    throw hop3Error('deploy.uwsgi.cron', `Cannot run the cron worker ${worker}: it ${parsed.problem}.`, {
      hint: `Write five fields and a command: \`${worker}: */10 8-18 * * 1-5 python cleanup.py\`.`,
      details: { worker },
    })
  }
  const { command } = parsed
  const lines = linesOf(parsed)
  return lines === undefined ? { lines: [everyMinute], checked: parsed, command } : { lines, command }
}

const always = -1
const everyMinute: CronLine = { minute: always, hour: always, day: always, month: always, weekday: always }

/** Undefined when uWSGI cannot say it, or in too many lines. */
function linesOf(schedule: CronSchedule): readonly CronLine[] | undefined {
  const dates = datesOf(schedule)
  const [minutes, hours, months] = [written(schedule.minutes, 60), written(schedule.hours, 24), written(schedule.months, 12, 1)]
  if (dates === undefined || minutes.length * hours.length * months.length * dates.length > mostLines) return undefined
  return months.flatMap((month) =>
    dates.flatMap((date) => hours.flatMap((hour) => minutes.map((minute) => ({ minute, hour, month, ...date })))),
  )
}

type Dates = readonly Pick<CronLine, 'day' | 'weekday'>[]

function datesOf({ days, weekdays, isEitherDay }: CronSchedule): Dates | undefined {
  const [isAnyDay, isAnyWeekday] = [days.length === 31, weekdays.length === 7]
  const ofMonth = days.map((day) => ({ day, weekday: always }))
  const ofWeek = weekdays.map((weekday) => ({ day: always, weekday }))
  if ((isAnyDay && isAnyWeekday) || (isEitherDay && (isAnyDay || isAnyWeekday))) return [{ day: always, weekday: always }]
  if (isEitherDay) return [...ofMonth, ...ofWeek]
  if (isAnyWeekday) return ofMonth
  return isAnyDay ? ofWeek : undefined
}

/** Every N-th from zero on is one line instead of many. Months and days count from 1, where uWSGI means another thing by it. */
function written(values: readonly number[], size: number, least = 0): readonly number[] {
  if (values.length === size) return [always]
  const [first = 0, second = 0] = values
  const step = second - first
  const isStep =
    least === 0 && first === 0 && step > 1 && values.length === Math.ceil(size / step) && values.every((one, index) => one === index * step)
  return isStep ? [-step] : values
}
