/**
 * The Deployer protocol (ADR 022): a strategy that runs a BuildArtifact and says where it answers.
 *
 * A deployer converges: `deploy` brings up the wanted instances (this release, this generation, the context's scale) beside whatever
 * runs; `retire` takes away every other instance of the app. All else follows: scale is `deploy` then `retire`, undoing a failed new
 * release is the old one's `retire`, recovery is calling them again. Where an orchestrator replaces instances (a swarm), those of the old
 * release end while `deploy` goes on, never before others answer in their place; undoing is then the old one's `deploy` and `retire`, as the
 * pipeline does it anyway.
 */
import * as z from 'zod'
import type { DeployConfig } from './app-config.ts'
import type { ArtifactForm } from './artifact-form.ts'
import type { BuildArtifact } from './artifact.ts'
import type { Verdict } from './builder.ts'
import type { Clock, Run } from './command.ts'
import type { Log } from './log.ts'
import type { ObjectChange } from './object-change.ts'

/** `{"web": 2, "worker": -1}`: two more, one fewer. */
export type Deltas = Readonly<Record<string, number>>
/** Instances by worker. */
export type Scale = Readonly<Record<string, number>>

/** A socket path with `port: null`, or a host and its port. */
export const upstreamSchema = z.strictObject({ address: z.string().min(1), port: z.number().int().min(1).max(65_535).nullable() })

/** Where a release answers (ADR 022 "DeploymentInfo"). */
export const deploymentInfoSchema = z.strictObject({
  /**
   * `static`: `address` is a directory. `none`: the app has no web worker at all, and so no name. One whose web worker is scaled to zero keeps
   * its protocol, without upstreams, and its name.
   */
  protocol: z.enum(['http', 'uwsgi', 'fastcgi', 'static', 'none']),
  /** Socket path, host or directory of the first instance; empty without upstreams. */
  address: z.string(),
  port: z.number().int().nullable(),
  /** Every instance, the first included, by ordinal. */
  upstreams: z.array(upstreamSchema),
})

export type Upstream = z.output<typeof upstreamSchema>
export type DeploymentInfo = z.output<typeof deploymentInfoSchema>

/** Everything a deployer may use. Frozen; every path is absolute. */
export interface DeploymentContext {
  readonly appName: string
  readonly config: DeployConfig
  /** The release this deployer is for. */
  readonly release: { readonly id: string; readonly path: string }
  /** Grows with every deploy, restart and rollback: instances of one release and different generations are different instances. */
  readonly generation: number
  /** Instances wanted of each worker; a worker that is not named has one. */
  readonly scale: Scale
  readonly directories: {
    /** `$HOP3_HOME`: for what all apps share (an Emperor, provisioned tools). A strategy keeps to `<home>/<its name>` and `<home>/tools`. */
    readonly home: string
    /** Sockets of this app; short enough for one file name of 30 bytes more. */
    readonly run: string
    readonly logs: string
    /** `$HOP3_DATA`: outlives releases. */
    readonly data: string
    /** A directory for each of `[[volumes]]`, which outlive releases too. Not below `data`: whoever writes there could put a link in its place. */
    readonly volumes: string
  }
  /** What the operator set for the app, values included: for worker processes only. Read it as late as possible. */
  readonly appEnv: Readonly<Record<string, string>>
  /** The host's environment reduced to what a deployer's own tools need. Never for workers. */
  readonly env: Readonly<Record<string, string>>
  /** See `BuildContext.loginEnv`. */
  readonly loginEnv?: Readonly<Record<string, string>>
  /** Fixed part of every worker's environment: HOME, USER, LANG, PATH. */
  readonly baseEnv: Readonly<Record<string, string>>
  /**
   * A TCP port of 127.0.0.1 for one instance of this generation, named `worker.ordinal`. Nobody else of this home is given it; the same
   * name gives the same port again until the instance has been retired.
   */
  reservePort(instance: string): Promise<number>
  /** The operator's `--allow-privileged`: what an app asks for may reach beyond its containers, to the host. Absent: it may not. */
  readonly allowPrivileged?: boolean
  readonly log: Log
  readonly run: Run
  readonly signal: AbortSignal
  readonly clock: Clock
}

export type WorkerState = 'running' | 'starting' | 'failing' | 'stopped'

/** One instance, read from what really runs. */
export interface WorkerStatus {
  readonly app: string
  readonly worker: string
  /** From 1. */
  readonly ordinal: number
  readonly release: string
  readonly generation: number
  readonly state: WorkerState
  readonly pid: number | null
  /** `127.0.0.1:40123`, a socket path, a directory, or empty. */
  readonly address: string
}

export interface HomeStatus {
  readonly workers: readonly WorkerStatus[]
  /** See `Deployer.outage`. Absent of a deployer that has none. */
  readonly outageOf?: (appName: string) => string | undefined
  /** What `status` throws of an app of which nothing could be seen. Absent of a deployer that sees all of them or none. */
  readonly failureOf?: (appName: string) => Error | undefined
}

export interface ExecOptions {
  /** `inherit` connects the terminal; `lines` sends output to the log. */
  readonly stdio: 'lines' | 'inherit'
}

export interface LogRequest {
  /** From the end of what each instance has printed. */
  readonly lines: number
  /** Go on until the signal aborts, also with instances that start meanwhile. */
  readonly follow: boolean
  /** Default: every worker. */
  readonly worker?: string
  readonly signal: AbortSignal
  readonly onLine: (line: { readonly worker: string; readonly ordinal: number; readonly text: string }) => void
}

export interface Deployer {
  readonly name: string
  /** Read-only, quick, always with a reason. */
  accept(): Promise<Verdict>
  /**
   * Throws what `deploy` would throw before it changes anything. Asked of a release that is about to be deployed, before the commands that go
   * before it: what is refused here has left nothing to undo. Changes nothing, and says nothing that `deploy` says. Absent where a deploy that
   * fails leaves nothing that is worth a question.
   */
  check?(): Promise<void>
  /**
   * Makes the wanted instances run, beside whatever else runs, and waits until every one of them is healthy. Those that already run are
   * left as they are. On failure it removes the ones it started and throws `deploy.*` or `health.*` with the worker's last lines.
   * `deltas` are added to the context's scale first. Resolves to the address of the wanted instances alone.
   */
  deploy(deltas?: Deltas): Promise<DeploymentInfo>
  /**
   * `deploy(deltas)` then `retire(deltas)`, for whoever uses a deployer alone (ADR 022). The pipeline does not call it: between the two it
   * moves the app's name, so that no request reaches an instance that is being retired, and keeps the counts.
   */
  scale(deltas: Deltas): Promise<void>
  /**
   * Stops every instance of the app, of any release. Stopping what does not run succeeds. Uses the context's app name and directories only,
   * never the release or the artifact: a damaged app can be stopped.
   */
  stop(): Promise<void>
  /** Every instance of the app, of any release; starts nothing. */
  status(): Promise<readonly WorkerStatus[]>
  /**
   * The same of every app of the home, with what `outage` says of each, for what asks about all of them: where the same questions have all the
   * answers. Uses what `stop` uses.
   */
  statusOfAll?(): Promise<HomeStatus>
  /**
   * What the instances need beside themselves and is gone, as a sentence's subject and verb: `the uWSGI Emperor is gone`. Undefined while it is
   * there, and where nothing is to run. What is gone comes back with `deploy`.
   */
  outage?(): Promise<string | undefined>
  /**
   * What running instances have printed, where that is not in `directories.logs` by itself. Those that have gone have their last lines there.
   * Uses what `stop` uses.
   */
  logs?(request: LogRequest): Promise<void>
  /**
   * Removes what it keeps of a destroyed app on the host beside its instances: networks, volumes. After `stop`; uses what `stop` uses. Every
   * deployer that has it is asked: where nothing of the app is kept, it does nothing, and needs nothing that may not be installed.
   */
  forget?(): Promise<void>
  /** Drains and stops every instance of the app that is not wanted: older releases and generations, ordinals beyond the scale. */
  retire?(deltas?: Deltas): Promise<void>
  /**
   * What `deploy` would tell its orchestrator, as text for people and repositories: the same for the same release, without a value of the app env.
   * Changes nothing. Absent where there is nobody to tell.
   */
  render?(): Promise<string>
  /**
   * What `deploy` and the `retire` after it would change of what is there, by the orchestrator's own word; empty for nothing. Throws what
   * `deploy` would throw before it changes anything. Changes nothing, and has no value of a secret.
   */
  difference?(): Promise<readonly ObjectChange[]>
  /** Runs one command as a worker of this release would run, once. Resolves to its exit code. Absent where nothing can run. */
  exec?(command: string, options: ExecOptions): Promise<number>
}

export interface DeployerOptions {
  /** Those there are; any other is an error with its line. */
  readonly keys: readonly string[]
  /** Throws `config.*` for a wrong value, with `details.key` for whoever knows where it was written. */
  readonly check?: (config: DeployConfig) => Promise<void>
}

export interface DeployerFactory {
  readonly name: string
  readonly specificity: 'declared' | 'inferred'
  /** What the artifacts it takes can be, so that an app is refused before it is built. Absent: that shows once it has been. */
  readonly forms?: readonly ArtifactForm[]
  /** The values of `[deploy] target` that are its own. Absent: any may be. */
  readonly targets?: readonly string[]
  /** Takes an app only where `[deploy] target` is one of its `targets`, even where `[deploy] strategy` names it. */
  readonly onlyByTarget?: boolean
  /** Takes an app only where `[deploy] strategy` names it, or `target` is one of its `targets`. */
  readonly onlyByName?: boolean
  /** Keeps as many instances as are needed, between `scale` and `mostInstances` of the configuration. Absent: a range is refused. */
  readonly scalesByItself?: boolean
  /** The table `[deploy.<name>]`. Absent: what is in it is not checked before the build. */
  readonly options?: DeployerOptions
  /**
   * Throws what is wrong with the app besides, as `deploy` would (`config.*`), before the app is built. Reads and changes nothing. Asked where no
   * other deployer can take what the builder makes. Absent: that shows once it has been built.
   */
  readonly check?: (app: UnbuiltApp) => Promise<void>
  create(context: DeploymentContext, artifact: BuildArtifact): Deployer
}

/** What a deployer is told of an app that has not been built. */
export type UnbuiltApp = Pick<DeploymentContext, 'appName' | 'config' | 'appEnv'>
