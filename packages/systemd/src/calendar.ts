/** When a cron worker runs, as `OnCalendar=` has it. */
import { hop3Error, parseCron, type CronSchedule } from '@hop3/core'

export interface Timing {
  /** The timer elapses at each of them, and once where several mean the same moment. */
  readonly onCalendar: readonly string[]
  readonly command: string
}

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `timeZone`: the worker's TZ. Throws `deploy.systemd.cron`. */
export function cronTiming(line: string, worker: string, timeZone: string | undefined): Timing {
  const parsed = parseCron(line)
  if ('problem' in parsed)
    throw hop3Error('deploy.systemd.cron', `No timer can be made of the cron worker ${worker}: it ${parsed.problem}.`, {
      hint: `Write five fields and a command: \`${worker}: */10 8-18 * * 1-5 python cleanup.py\`.`,
    })
  const zone = zoneOf(timeZone)
  return { onCalendar: momentsOf(parsed).map((moment) => `${moment}${zone}`), command: parsed.command }
}

/** A day of both fields, or of either: then there is a line for each, where cron has one. */
function momentsOf({ minutes, hours, days, months, weekdays, isEitherDay }: CronSchedule): readonly string[] {
  const time = `${listed(hours, 24)}:${listed(minutes, 60)}:00`
  const month = listed(months, 12)
  const date = `*-${month}-${listed(days, 31)}`
  const week = weekdays.length === 7 ? '' : `${weekdays.map((day) => names[day]).join(',')} `
  return isEitherDay ? [`${date} ${time}`, `${week}*-${month}-* ${time}`] : [`${week}${date} ${time}`]
}

function listed(values: readonly number[], all: number): string {
  return values.length === all ? '*' : values.map((one) => String(one).padStart(2, '0')).join(',')
}

/** systemd knows the zones of its database by their names; any other TZ is a rule for the C library. */
function zoneOf(timeZone: string | undefined): string {
  // The C library takes a colon in front of a name, and the host's own zone is systemd's anyway.
  const name = timeZone?.replace(/^:/, '') ?? ''
  if (name === '' || name === '/etc/localtime') return ''
  if (/^(?:UTC|[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)+)$/.test(name)) return ` ${name}`
  throw hop3Error('deploy.systemd.cron', 'The TZ of the app is no name of a time zone, which is what a timer needs.', {
    hint: 'Write it as in `timedatectl list-timezones`: TZ=Europe/Berlin',
  })
}
