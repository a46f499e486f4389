/** Where everything of this deployer lies. The Emperor and its vassals are started with relative paths alone, so no ini holds a home's path. */
import { join } from 'node:path'

export interface Layout {
  /** `<home>/uwsgi`: the Emperor's working directory. */
  readonly root: string
  /** The Emperor watches it: a file per instance that is to run, named after the instance, holding nothing that varies. */
  readonly vassals: string
  /** A directory per instance, named after it. */
  readonly instances: string
  /** An empty directory per cron worker, named after the minute in which it last ran. */
  readonly crons: string
  /** An empty file per worker that has settled: see `settled-before.ts`. */
  readonly settled: string
  readonly wrapper: string
  /** Locked by the running Emperor. */
  readonly lock: string
  readonly pidFile: string
  readonly log: string
  /** `<home>/tools`: provisioned uWSGIs. */
  readonly tools: string
}

export function layoutOf(home: string): Layout {
  const root = join(home, 'uwsgi')
  return {
    root,
    vassals: join(root, 'vassals'),
    instances: join(root, 'instances'),
    crons: join(root, 'crons'),
    settled: join(root, 'settled'),
    wrapper: join(root, 'wrapper'),
    lock: join(root, 'emperor.lock'),
    pidFile: join(root, 'emperor.pid'),
    log: join(root, 'emperor.log'),
    tools: join(home, 'tools'),
  }
}

export const vassalFile = (layout: Layout, id: string): string => join(layout.vassals, `${id}.ini`)

/** Files of one instance's directory. */
export const instanceFile = {
  /** `InstanceRecord` as JSON. */
  record: 'instance.json',
  ini: 'config.ini',
  /** Sets the environment of uWSGI and becomes it. */
  start: 'start',
  /** Runs `command` and says how it ended. */
  supervise: 'supervise',
  /** Process id of `supervise`, and the boot in which it had it. */
  supervisor: 'supervisor',
  /** The system's uptime when `command` was started, in seconds. */
  began: 'began',
  /** Sets the environment of the app's command and becomes it. */
  command: 'command',
  /** What uWSGI says of itself. */
  log: 'uwsgi.log',
  /** Shortens the worker's log when it is too long. */
  rotate: 'rotate',
  /** Python: sends a native worker's output to the worker's log. */
  redirect: 'redirect.py',
  /** One line per start of uWSGI: its pid. */
  starts: 'starts',
  /** One line per process of a native worker that set out to load the app before it was ready. */
  loads: 'loads',
  /** Exit code of the command's last run. */
  exit: 'exit',
  /** There once a native worker takes requests. */
  ready: 'ready',
  /** There from the moment the instance is being stopped: nothing starts in it any more. */
  stopping: 'stopping',
  fifo: 'fifo',
} as const
