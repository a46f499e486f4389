/** Shell lines in front of a cron worker's command: pure text. Each ends the script where the command is not to run. */
import { shellQuote, type CronSchedule } from '@hop3/core'
import type { Worker } from './start-script.ts'

/**
 * Lets a cron worker run once in a minute: uWSGI runs a line as soon as it has read it, also when another release ran in that minute, and
 * several lines may mean the same one. Making a directory succeeds for one only.
 */
export function cronGuard(crons: string, { app, worker }: Worker): string {
  const name = shellQuote(`${app}@${worker}@`)
  return (
    `cd ${shellQuote(crons)} || exit 78\n` +
    'minute=$(( $(date +%s) / 60 ))\n' +
    `mkdir ${name}"$minute" 2> /dev/null || exit 0\n` +
    `for other in ${name}*; do [ "$other" = ${name}"$minute" ] || rmdir "$other" 2> /dev/null; done\n` +
    'unset minute other\n'
  )
}

/** Goes on at the moments of the schedule only, in the time zone uWSGI tells them in. Empty where uWSGI's own lines say them. */
export function cronMoment(schedule: CronSchedule | undefined, timeZone: string | undefined): string {
  if (schedule === undefined) return ''
  const { minutes, hours, days, months, weekdays, isEitherDay } = schedule
  const two = (values: readonly number[]): string => values.map((one) => String(one).padStart(2, '0')).join('|')
  const unless = (word: string, values: string, otherwise: string): string => `case ${word} in ${values}) ;; *) ${otherwise} ;; esac`
  const onWeekday = unless('"$5"', weekdays.join('|'), 'exit 0')
  const zone = timeZone === undefined ? '' : `TZ=${shellQuote(timeZone)} `
  const checks = [
    unless('"$1"', two(minutes), 'exit 0'),
    unless('"$2"', two(hours), 'exit 0'),
    unless('"$4"', two(months), 'exit 0'),
    ...(isEitherDay ? [unless('"$3"', two(days), onWeekday)] : [unless('"$3"', two(days), 'exit 0'), onWeekday]),
  ]
  return `set -- $(${zone}date '+%M %H %d %m %w')\n${checks.join('\n')}\nset --\n`
}
