/**
 * uWSGI's configuration of one instance: pure text. uWSGI expands `%`, `$(` and `@(` in an ini and runs what `@(exec://` says, so only
 * our own words, numbers and checked paths may stand in it.
 */
import { hop3Error, visible } from '@hop3/core'
import type { CronJob, CronLine } from './cron-lines.ts'
import { instanceFile } from './layout.ts'

export interface IniInput {
  /** Path of the instance's directory from uWSGI's working directory. */
  readonly instance: string
  /** Seconds. */
  readonly stopTimeout: number
  readonly run: NativeRun | { readonly kind: 'attached' } | { readonly kind: 'cron'; readonly job: CronJob }
}

export interface NativeRun {
  readonly kind: 'native'
  /** `package.module:callable` */
  readonly module: string
  readonly port: number
  readonly threads: number
  readonly processes: number
  /** Connections that may wait to be taken. */
  readonly backlog: number
  /** The distribution's Python plugin; empty where Python is compiled in. */
  readonly plugin: string
  /** Empty: none, or uWSGI runs in it anyway. */
  readonly virtualenv: string
}

/** Of what uWSGI says itself: it is moved aside when it has grown beyond this. One older part is kept. */
const longestLog = 1024 * 1024

export function vassalIni({ instance, stopTimeout, run }: IniInput): string {
  const lines: Lines = [
    ...(run.kind === 'native' && run.plugin !== '' ? [['plugins', run.plugin] as const] : []),
    ['strict', true],
    ['master', true],
    ['die-on-term', true],
    ['reload-mercy', Math.max(1, Math.ceil(stopTimeout))],
    // What uWSGI says of itself, some thirty lines a start, stays apart from what the app says: that goes straight to the worker's log.
    ['logto2', `${instance}/${instanceFile.log}`],
    ['log-truncate', true],
    ['log-maxsize', longestLog],
    ['log-backupname', `${instance}/${instanceFile.log}.1`],
    // Once a minute, and without the instance's mark: it is none of its processes.
    ['cron', `-1 -1 -1 -1 -1 exec env -i /bin/sh ${instance}/${instanceFile.rotate}`],
    ...runLines(run, instance),
  ]
  return `[uwsgi]\n${lines.map(([key, value]) => `${key} = ${constant(String(value))}\n`).join('')}`
}

type Lines = readonly (readonly [key: string, value: string | number | boolean])[]

function runLines(run: IniInput['run'], instance: string): Lines {
  if (run.kind === 'native') return nativeLines(run, instance)
  if (run.kind === 'attached') return [['attach-daemon', 'exec /bin/sh ./supervise']]
  const fields = ({ minute, hour, day, month, weekday }: CronLine): string => [minute, hour, day, month, weekday].join(' ')
  return run.job.lines.map((line) => ['cron', `${fields(line)} exec env -i /bin/sh ./command`])
}

function nativeLines(run: NativeRun, instance: string): Lines {
  return [
    ['need-app', true],
    ['lazy-apps', true],
    ['no-orphans', true],
    ['enable-threads', true],
    ['single-interpreter', true],
    ['disable-logging', true],
    ['buffer-size', 32_768],
    ['http-socket', `127.0.0.1:${run.port}`],
    ['listen', run.backlog],
    ['processes', run.processes],
    ['threads', run.threads],
    ['master-fifo', `${instance}/fifo`],
    ['hook-accepting1-once', `create:${instance}/ready`],
    ...(run.virtualenv === '' ? [] : [['virtualenv', run.virtualenv] as const]),
    // In every worker, before the app.
    ['pyimport', `${instance}/${instanceFile.redirect}`],
    ['module', run.module],
  ]
}

/** Whether uWSGI takes a path for what it is. */
export function isPlainPath(path: string): boolean {
  return /^[A-Za-z0-9_./~+:,=@-]+$/.test(path)
}

/** Returns the module when it is one. Throws `deploy.uwsgi.module`. */
export function checkModule(module: string, app: string): string {
  const text = module.trim()
  if (/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*(?:\(\))?)?$/.test(text)) return text
  throw hop3Error('deploy.uwsgi.module', `Cannot run worker wsgi of ${app}: ${visible(module)} is not a module path.`, {
    hint: 'Write the module and its callable: `wsgi: package.module:application`. For a command, name the worker `web`.',
    details: { worker: 'wsgi' },
  })
}

/** The last line of defense: nothing above may let one of these through. */
function constant(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!/[%\u0000-\u001f\u007f]|[$@]\(|^\s|\s$/.test(value)) return value
  throw hop3Error('internal.uwsgi-ini', `${visible(value)} must not stand in a uWSGI configuration.`)
}
