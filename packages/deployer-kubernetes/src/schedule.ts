/** A cron worker's line as a CronJob has it. Pure. */
import { hop3Error, parseCron, type CronSchedule } from '@hop3/core'

export interface CronLine {
  readonly fields: string
  readonly command: string
}

/** Throws `deploy.kubernetes.cron` naming the worker. */
export function cronLine(line: string, worker: string): CronLine {
  const parsed = parseCron(line)
  if ('problem' in parsed) throw wrong(worker, parsed.problem)
  return { fields: fieldsOf(parsed, worker), command: parsed.command }
}

/** Values, and a star only where every value is meant: the cluster takes a day of either field for enough where neither has one. */
function fieldsOf({ minutes, hours, days, months, weekdays, isEitherDay }: CronSchedule, worker: string): string {
  const all = days.length === 31 ? 'days' : weekdays.length === 7 ? 'weekdays' : undefined
  if (!isEitherDay && all === undefined)
    throw wrong(worker, 'wants a day of the month and of the week at once, which a cluster cannot be told')
  return [
    starOr(minutes, 60),
    starOr(hours, 24),
    isEitherDay ? days.join(',') : starOr(days, 31),
    starOr(months, 12),
    isEitherDay ? weekdays.join(',') : starOr(weekdays, 7),
  ].join(' ')
}

const starOr = (values: readonly number[], count: number): string => (values.length === count ? '*' : values.join(','))

function wrong(worker: string, problem: string): Error {
  return hop3Error('deploy.kubernetes.cron', `Cannot run the cron worker ${worker}: it ${problem}.`, {
    hint: `Write five fields and a command: \`${worker}: */10 8-18 * * 1-5 python cleanup.py\`.`,
    details: { worker },
  })
}
