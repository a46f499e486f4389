import { checkWorkerName, hop3Error, visible } from '@hop3/core'
import { checkCronLine } from './cron-line.ts'
import { checkStaticDirectory } from './static-directory.ts'
import { webWorkersOf } from './web-workers.ts'

/** What these names mean in a Procfile happens once, in a build or before a release runs; elsewhere there is a key for it. */
const notWorkers: Readonly<Record<string, string>> = {
  prebuild: 'Write `before-build = "…"` under [build].',
  build: 'Write `build = "…"` under [build].',
  postbuild: 'Write `after-build = "…"` under [build].',
  prerun: 'Write `before-run = "…"` under [run].',
  release: 'Write `before-run = "…"` under [run].',
}

/** The worker's command, normalized. Throws `config.worker-name`, `config.invalid`, `config.cron`, `config.static-path`. */
export function checkWorker(name: string, command: string, origin: string): string {
  checkWorkerName(name, origin)
  if (Object.hasOwn(notWorkers, name)) {
    throw hop3Error('config.worker-name', `${origin}: ${name} is not a worker: it runs once and ends.`, {
      hint: notWorkers[name] ?? '',
      details: { origin, name },
    })
  }
  if (command.trim() === '' || command.includes('\0')) {
    throw hop3Error('config.invalid', `${origin}: the command of ${name} must be a command; it is ${visible(command)}.`, {
      hint: `Write what starts ${name}, or remove the line.`,
      details: { origin, name },
    })
  }
  if (name.startsWith('cron')) return checkCronLine(name, command, origin)
  return name === 'static' ? checkStaticDirectory(command, origin) : command
}

/** One file may say one way to answer requests. Throws `config.two-web-workers`. */
export function checkOneWebWorker(workers: Readonly<Record<string, string>>, originOf: (name: string) => string): void {
  const [first, second] = webWorkersOf(workers)
  if (first === undefined || second === undefined) return
  throw hop3Error(
    'config.two-web-workers',
    `${originOf(second)}: ${second} answers at the app's address, and so does ${first} (${originOf(first)}).`,
    {
      hint: `Keep one of them; give the other its own name, for example worker.`,
      details: { workers: [first, second] },
    },
  )
}
