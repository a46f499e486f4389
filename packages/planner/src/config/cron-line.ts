import { hop3Error, parseCron, visible } from '@hop3/core'

/** Returns the line of a cron worker unchanged. Throws `config.cron` where it is none (see `parseCron`). */
export function checkCronLine(name: string, line: string, origin: string): string {
  const parsed = parseCron(line)
  if (!('problem' in parsed)) return line
  throw hop3Error('config.cron', `${origin}: the cron worker ${visible(name)} ${parsed.problem}.`, {
    hint: `Write minute, hour, day, month, weekday, command: \`${name}: 0 4 * * * ./nightly\`.`,
    details: { origin, worker: visible(name) },
  })
}
