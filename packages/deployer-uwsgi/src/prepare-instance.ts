/** Makes an instance's directory: everything is decided and checked before the first file is written. */
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { hop3Error, visible, workerEnvironment, writeNewFile, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { cronJob } from './cron-lines.ts'
import { cronGuard, cronMoment } from './cron-guard.ts'
import { writeRecord, type InstanceRecord } from './instance-record.ts'
import { instanceFile, type Layout } from './layout.ts'
import { settledName } from './settled-before.ts'
import { checkCommand, checkEnvironment, commandScript, startScript, superviseScript } from './start-script.ts'
import { uwsgiOptions } from './uwsgi-options.ts'
import type { NativeProgram } from './uwsgi-program.ts'
import { checkModule, isPlainPath, vassalIni, type NativeRun } from './vassal-ini.ts'
import type { WantedInstance } from './wanted-instances.ts'
import { appendTo, redirectModule, rotateScript } from './worker-log.ts'
import { hasAddress } from './worker-kind.ts'

export interface PreparedInstance {
  readonly wanted: WantedInstance
  readonly directory: string
  readonly logPath: string
  readonly record: InstanceRecord
  /** Bytes the Emperor's log had before: the rest is about others. */
  readonly emperorLogOffset: number
  readonly files: Readonly<Record<string, string>>
  /** Under which it is remembered that it has settled. */
  readonly settledName: string
  /** Processes that load the app, of a native worker: any more, and one has died of it. */
  readonly loaders: number
}

export interface Programs {
  /** uWSGI for attached commands. */
  readonly attached: () => Promise<readonly string[]>
  readonly native: () => Promise<NativeProgram>
}

interface Preparation {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly layout: Layout
  readonly programs: Programs
}

/** Reserves its port, checks all that a user wrote for it, and makes the texts of its files. Writes nothing. */
export async function prepareInstance(preparation: Preparation, wanted: WantedInstance): Promise<PreparedInstance> {
  const { context, artifact, layout } = preparation
  const { worker, ordinal, generation, kind } = wanted
  const addressed = hasAddress(worker)
  const port = addressed ? await context.reservePort(`${worker}.${ordinal}`) : null
  const socket = kind === 'web' ? join(context.directories.run, `${worker}.${ordinal}.${generation}.sock`) : null
  const env = workerEnvironment({ artifact, context, worker, ...(port === null ? {} : { port }), ...(socket === null ? {} : { socket }) })
  checkCommand(wanted.command, wanted)
  checkEnvironment(env, wanted, { inUwsgi: kind === 'native' })
  const logPath = join(context.directories.logs, `${worker}.${ordinal}.log`)
  const directory = join(layout.instances, wanted.id)
  const [logOffset, emperorLogOffset] = await Promise.all([sizeOf(logPath), sizeOf(layout.log)])
  const paths = { instance: directory, app: artifact.runtime.workingDir || artifact.location, log: logPath }
  const files =
    kind === 'native'
      ? await nativeFiles(preparation, wanted, env, port ?? 0, paths)
      : await attachedFiles(preparation, wanted, env, paths, socket)
  const record = { port, socket, logOffset, healthyAt: null }
  const loaders = kind === 'native' ? uwsgiOptions(context.config).processes : 0
  return { wanted, directory, logPath, record, emperorLogOffset, files, settledName: settledName(wanted, env), loaders }
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.size,
    () => 0,
  )
}

/** Durable when it resolves. What lay there before is gone. */
export async function writeInstance({ directory, files, record, logPath }: PreparedInstance): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(dirname(logPath), { recursive: true })
  // Not for everybody: what an app prints may be anything.
  await (await open(logPath, 'a', 0o640)).close()
  if (record.socket !== null) await rm(record.socket, { force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await Promise.all(Object.entries(files).map(([name, text]) => writeNewFile(join(directory, name), text, { mode: 0o700 })))
  await writeRecord(directory, record)
}

interface Paths {
  readonly instance: string
  readonly app: string
  readonly log: string
}

/** uWSGI runs in the app's directory, so its own files are named from there. */
async function nativeFiles(
  { context, programs }: Preparation,
  wanted: WantedInstance,
  env: Readonly<Record<string, string>>,
  port: number,
  paths: Paths,
): Promise<Record<string, string>> {
  const module = checkModule(wanted.command, wanted.app)
  const options = uwsgiOptions(context.config)
  const { argv, plugin, virtualenv } = await programs.native()
  const instance = plain(relative(paths.app, paths.instance))
  const run: NativeRun = { kind: 'native', module, port, plugin, virtualenv, backlog: await longestBacklog(), ...options }
  return {
    [instanceFile.ini]: vassalIni({ instance, stopTimeout: context.config.stopTimeout, run }),
    [instanceFile.rotate]: rotateScript(paths.log),
    [instanceFile.redirect]: redirectModule({
      log: paths.log,
      loads: join(paths.instance, instanceFile.loads),
      ready: join(paths.instance, instanceFile.ready),
    }),
    [instanceFile.start]: startScript({
      instance: paths.instance,
      directory: paths.app,
      env,
      uwsgi: argv,
      ini: `${instance}/${instanceFile.ini}`,
    }),
  }
}

/** uWSGI does not start when it asks for more than the kernel gives. */
async function longestBacklog(): Promise<number> {
  const text = await readFile('/proc/sys/net/core/somaxconn', 'utf8').catch(() => '128')
  return Math.min(Math.max(Number(text) || 128, 1), 1_024)
}

async function attachedFiles(
  { context, layout, programs }: Preparation,
  wanted: WantedInstance,
  env: Readonly<Record<string, string>>,
  paths: Paths,
  socket: string | null,
): Promise<Record<string, string>> {
  const { instance } = paths
  const job = wanted.kind === 'cron' ? cronJob(wanted.command, wanted.worker) : undefined
  const zone: Readonly<Record<string, string>> = env['TZ'] === undefined ? {} : { TZ: env['TZ'] }
  const own = {
    PATH: context.baseEnv['PATH'] ?? '/usr/bin:/bin',
    ...(job === undefined ? {} : zone),
    // For the supervisor; the command's own environment may say otherwise.
    ...(socket === null ? {} : { HOP3_SOCKET: socket }),
  }
  const uwsgi = await programs.attached()
  const script = { instance, directory: paths.app, env, command: job?.command ?? wanted.command }
  return {
    [instanceFile.ini]: vassalIni({
      instance: '.',
      stopTimeout: context.config.stopTimeout,
      run: job === undefined ? { kind: 'attached' } : { kind: 'cron', job },
    }),
    [instanceFile.start]: startScript({ instance, directory: instance, env: own, uwsgi, ini: `./${instanceFile.ini}` }),
    [instanceFile.command]: commandScript(
      job === undefined
        ? script
        : { ...script, guard: cronMoment(job.checked, env['TZ']) + cronGuard(layout.crons, wanted) + appendTo(paths.log) },
    ),
    [instanceFile.rotate]: rotateScript(paths.log),
    ...(job === undefined ? { [instanceFile.supervise]: superviseScript(appendTo(paths.log)) } : {}),
  }
}

function plain(path: string): string {
  if (isPlainPath(path)) return path
  throw hop3Error(
    'deploy.uwsgi.path',
    `Cannot start uWSGI with the path ${visible(path)}: it would read some of these characters as its own.`,
    {
      hint: 'Use letters, digits and ._- in the names of directories below $HOP3_HOME, and keep releases and logs in it.',
      class: 'environment',
    },
  )
}
