/** A cron worker in a container of its own: a shell that waits for the minutes of the schedule. Pure text. */
import { hop3Error, parseCron, shellQuote, type CronSchedule } from '@hop3/core'

/** Needs sh, sleep and date in the image. Throws `deploy.compose.cron` naming the worker and the field. */
export function cronScript(line: string, worker: string): string {
  const parsed = parseCron(line)
  if ('problem' in parsed) {
    throw hop3Error('deploy.compose.cron', `Cannot run the cron worker ${worker}: it ${parsed.problem}.`, {
      hint: `Write five fields and a command: \`${worker}: */10 8-18 * * 1-5 python cleanup.py\`.`,
      details: { worker },
    })
  }
  // Until the next minute begins: a run that takes long keeps no other from its time.
  return (
    'command -v sleep > /dev/null && command -v date > /dev/null || { echo "a cron worker needs sh, sleep and date in its image" >&2; exit 78; }\n' +
    `while :; do\n` +
    `  second=$(date +%S)\n` +
    `  sleep $((60 - \${second#0}))\n` +
    `  ${isDue(parsed)} && (sh -c ${shellQuote(parsed.command)}) &\n` +
    `done\n`
  )
}

function isDue({ minutes, hours, days, months, weekdays, isEitherDay }: CronSchedule): string {
  const two = (values: readonly number[]): string => values.map((one) => String(one).padStart(2, '0')).join('|')
  const among = (word: string, values: string): string => `case "$${word}" in ${values}) ;; *) false ;; esac`
  const day = among('3', two(days))
  const weekday = among('5', weekdays.join('|'))
  const both = isEitherDay ? `{ ${day} || ${weekday}; }` : `${day} && ${weekday}`
  return `set -- $(date '+%M %H %d %m %w') && ${among('1', two(minutes))} && ${among('2', two(hours))} && ${among('4', two(months))} && ${both}`
}
