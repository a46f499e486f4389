/** The service of one instance of a worker. */
import { hop3Error, visible } from '@hop3/core'
import type { UnitsRequest } from './app-units.ts'
import { assignment, execWord, rawPath } from './escape.ts'
import { healthCheck } from './health-check.ts'
import { memoryLimit } from './memory-limit.ts'
import { processSettings } from './process-settings.ts'
import type { Settings, Unit } from './unit.ts'

/** A uWSGI of the app's Python. */
export interface UwsgiProgram {
  readonly argv: readonly string[]
  /** Empty: Python is compiled in. */
  readonly plugin: string
  /** Empty: none, or uWSGI runs in it anyway. */
  readonly virtualenv: string
  readonly threads: number
  readonly processes: number
}

export interface WantedService {
  readonly worker: string
  readonly ordinal: number
  readonly command: string
  readonly before: Unit | undefined
}

export function workerService(request: UnitsRequest, wanted: WantedService): Readonly<Record<string, Settings>> {
  const { context } = request
  const { worker, before } = wanted
  const isCron = worker.startsWith('cron')
  const target = `hop3-${context.appName}.target`
  const limit = memoryLimit(context.config, worker)
  return {
    Unit: {
      Description: `${worker} of ${context.appName}, release ${context.release.id} of Hop3`,
      PartOf: target,
      After: ['network-online.target', ...(before ? [before.name] : [])].join(' '),
      Wants: 'network-online.target',
      ...(before && { Requires: before.name }),
      // However often it ends: it is started again, as every worker of Hop3 is.
      ...(!isCron && { StartLimitIntervalSec: '0' }),
    },
    Service: {
      ...(isCron ? { Type: 'oneshot' } : { Type: 'exec', Restart: 'always', RestartSec: '1s' }),
      ...processSettings(request, worker, addressOf(request, wanted)),
      ...commandSettings(request, wanted),
      TimeoutStopSec: `${Math.max(1, Math.ceil(context.config.stopTimeout))}s`,
      SyslogIdentifier: `hop3-${context.appName}.${worker}`,
      ...(limit !== undefined && { MemoryMax: limit }),
    },
    ...(!isCron && { Install: { WantedBy: target } }),
  }
}

/** Whether its instances have a port each. */
export const isAddressed = (worker: string): boolean => worker === 'web' || worker === 'wsgi'

/** `%t` is /run; the directory is made and removed with the instance. */
function addressOf({ context, port }: UnitsRequest, { worker, ordinal }: WantedService): Settings {
  if (!isAddressed(worker)) return {}
  const directory = `hop3/${context.appName}/${worker}.${ordinal}`
  const variables = [
    ...(port === undefined ? [] : [assignment('PORT', String(port + ordinal - 1))]),
    // A `wsgi` worker has no other address than its port.
    ...(worker === 'web' ? [`"HOP3_SOCKET=%t/${directory}/web.sock"`] : []),
  ]
  return { Environment: variables, ...(worker === 'web' && { RuntimeDirectory: directory }) }
}

function commandSettings({ artifact, uwsgi }: UnitsRequest, { worker, command }: WantedService): Settings {
  const { healthcheckPath, healthcheckTimeout, workingDir } = artifact.runtime
  const start = worker === 'wsgi' ? uwsgiLine(command, uwsgi) : `/bin/sh -c ${execWord(command, `the command of ${worker}`)}`
  return {
    WorkingDirectory: rawPath(workingDir || artifact.location),
    ExecStart: start,
    ...(isAddressed(worker) && {
      ExecStartPost: healthCheck(healthcheckPath),
      TimeoutStartSec: `${healthcheckTimeout}s`,
    }),
  }
}

/** With the options of the uwsgi deployer. `${PORT}` is systemd's to fill in. */
function uwsgiLine(module: string, uwsgi: UwsgiProgram | undefined): string {
  if (uwsgi === undefined)
    throw hop3Error('deploy.systemd.uwsgi', 'A wsgi worker runs in uWSGI itself, of which there is none here.', {
      hint: 'Write a worker that is a command: `web: gunicorn --bind $BIND_ADDRESS:$PORT app:app`.',
    })
  const name = module.trim()
  if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*(?:\(\))?)?$/.test(name))
    throw hop3Error('deploy.systemd.uwsgi', `The wsgi worker ${visible(module)} is not a module path.`, {
      hint: 'Write the module and its callable: `wsgi: package.module:application`.',
    })
  const flags = 'strict master die-on-term need-app lazy-apps no-orphans enable-threads single-interpreter disable-logging'
  const words = [
    ...uwsgi.argv,
    ...(uwsgi.plugin === '' ? [] : ['--plugins', uwsgi.plugin]),
    ...flags.split(' ').map((flag) => `--${flag}`),
    '--buffer-size',
    '32768',
    '--processes',
    String(uwsgi.processes),
    '--threads',
    String(uwsgi.threads),
    ...(uwsgi.virtualenv === '' ? [] : ['--virtualenv', uwsgi.virtualenv]),
    '--module',
    name,
  ]
  return `${words.map((word) => execWord(word, 'an argument of uWSGI')).join(' ')} --http-socket "127.0.0.1:\${PORT}"`
}
