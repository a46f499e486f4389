/**
 * What the pipeline needs of the host to keep releases: the Home protocol. `@hop3/releases` implements it on a file system; an embedder
 * or a fault test may bring another. Every write is durable when its promise resolves.
 */
import type { BuildArtifact } from './artifact.ts'
import type { Scale } from './deployer.ts'

export interface Home {
  /** `$HOP3_HOME`, absolute. */
  readonly path: string
  /** Safe to delete at any time. */
  readonly cachePath: string
  /** `$HOP3_RUN`: for sockets all apps share; paths in it stay under 108 bytes. */
  readonly runPath: string
  /**
   * Where all apps of this home answer, for commands whose operator does not say it. Undefined before the first route. Throws
   * `environment.listen-damaged`.
   */
  readListen(): Promise<Listen | undefined>
  keepListen(listen: Listen): Promise<void>
  /** Names of the apps that have a home here, sorted. */
  apps(): Promise<readonly string[]>
  /** Once nothing runs any more: removes what of it lies outside of `path`. Absent: nothing does. */
  tidy?(): Promise<void>
  /** The home of one app. Checks the name; creates and reads nothing. */
  app(name: string): AppHome
}

/** An address and a TCP port. */
export interface Listen {
  readonly address: string
  readonly port: number
}

export interface AppHome {
  readonly appName: string
  /** Absolute paths; each exists once the app has been locked for the first time. */
  readonly directories: {
    readonly root: string
    readonly run: string
    readonly logs: string
    readonly data: string
    readonly volumes: string
  }
  exists(): Promise<boolean>
  /**
   * Takes the app's lock, so that one command at a time changes it. A lock whose holder has died, by pid, start time and boot, is taken
   * over with a notice. Throws `lock.held` naming the holder, or waits for it with `wait`; `deploy.not-deployed` with `mustExist` when the
   * app has no home, also when it was destroyed meanwhile; and `environment.*` when the home cannot be written.
   */
  lock(request: LockRequest): Promise<Lock>

  /** Where a release is or would be. */
  releasePath(releaseId: string): string
  /** The next release's id and final path. Nothing is created; asking twice gives the same counter. */
  nextRelease(buildId: string): Promise<ReleaseSlot>
  /** Creates the release's directory. From here on the counter has moved on, whatever happens. */
  reserve(slot: ReleaseSlot): Promise<void>
  /** Writes BUILD_ARTIFACT.json, which makes the release real. */
  commit(slot: ReleaseSlot, artifact: BuildArtifact): Promise<void>
  /** Removes a release's directory. Refuses current and previous with `internal.*`; removing what is not there succeeds. */
  discard(releaseId: string): Promise<void>
  /** Oldest first, with releases that were never committed. */
  releases(): Promise<readonly ReleaseEntry[]>
  /** The artifact of a committed release. Throws `artifact.missing` or `artifact.damaged`. */
  artifact(releaseId: string): Promise<BuildArtifact>
  /** Undefined before the first deploy. Throws `environment.current-damaged` when the link leads nowhere or to something that is no release. */
  current(): Promise<string | undefined>
  previous(): Promise<string | undefined>
  /** Moves `current` to the release and `previous` to what was current, both atomically. Switching to the current one changes nothing. */
  switchTo(releaseId: string): Promise<void>
  /**
   * Removes all but the newest `keep` committed releases, and every uncommitted one; never current or previous. `mayGo` is asked before a
   * committed one goes; one that may not stays until the next time. Returns what it removed.
   */
  prune(keep: number, mayGo?: (releaseId: string) => Promise<boolean>): Promise<readonly string[]>

  /**
   * The release that units of systemd were printed of last. Nobody says when they are gone, so that it is not pruned until they are printed of
   * another one.
   */
  releaseOfUnits(): Promise<string | undefined>
  keepForUnits(releaseId: string): Promise<void>

  /** Throws `environment.state-damaged`. Before the first write: `initialState`. */
  readState(): Promise<AppState>
  writeState(state: AppState): Promise<void>
  /** A generation number nobody has had. */
  nextGeneration(): Promise<number>

  /**
   * Ends every process that an earlier, killed command on this app started and that still runs: build commands, before_run. Those of
   * `token` are left alone.
   */
  endOrphans(token: string): Promise<void>

  /** Appends one record to the journal, durably, before the side effect it announces. */
  record(record: JournalRecord): Promise<void>
  /** The records of the last operation if it has not ended, else none. */
  openRecords(): Promise<readonly JournalRecord[]>

  /** What the operator set for the app: names to values, sorted by name. */
  readEnv(): Promise<Readonly<Record<string, string>>>
  /** Sets and, with `undefined`, removes. Throws `config.env-name` or `config.env-value`, and then changes nothing. */
  writeEnv(changes: Readonly<Record<string, string | undefined>>): Promise<void>

  /** A free TCP port of 127.0.0.1 no other app of this home holds; the same name gives the same port again until released. */
  reservePort(name: string): Promise<number>
  /** Gives back every port of the app but those named. */
  keepPorts(names: readonly string[]): Promise<void>
  /** Throws `config.port-claimed` naming the other app, or `config.port-taken`. */
  claimFixedPorts(ports: readonly { readonly number: number; readonly protocol: 'tcp' | 'udp'; readonly origin: string }[]): Promise<void>

  /** Appends one line about a finished deploy to the app's history. */
  remember(entry: HistoryEntry): Promise<void>
  history(): Promise<readonly HistoryEntry[]>
  /** Under the lock: whether nothing of the app was ever made, set or kept here, so that its home may go. */
  isBlank(): Promise<boolean>
  /** Removes the app's home, `shared/` included. */
  destroy(): Promise<void>
}

export interface LockRequest {
  /** What is being done, for the message of whoever has to wait: `deploy`, `scale`, … */
  readonly operation: string
  readonly wait: boolean
  /** The operation is about an app that is there: it makes no home for one. */
  readonly mustExist?: boolean
  /** The operation leaves more room than there was: on a full disk it may use what the home keeps back. */
  readonly makesRoom?: boolean
  readonly signal: AbortSignal
  /** Told when a dead holder's lock is taken over, or that another command is being waited for. */
  readonly notice: (text: string) => void
}

export interface Lock {
  /** Unique to this holding of the lock: `[0-9a-f]+`. */
  readonly token: string
  release(): Promise<void>
}

export interface ReleaseSlot {
  readonly id: string
  readonly path: string
  readonly buildId: string
}

export interface ReleaseEntry {
  readonly id: string
  readonly path: string
  readonly committed: boolean
  readonly isCurrent: boolean
  readonly isPrevious: boolean
}

/** What is wanted of an app, besides its current release. */
export interface AppState {
  readonly schema: 1
  /** True after `stop`, until the next deploy or start. */
  readonly stopped: boolean
  /** Stopped as one of all apps (`stop --all`), so that starting all apps starts it. Absent: not stopped, or by its own name. */
  readonly stoppedWithAll?: true
  /** The operator wants visitors to see a page in place of the app: `Route.maintenance`. Until they end it, or stop the app by its name. */
  readonly maintenance?: true
  readonly deployer: string | null
  readonly proxy: string | null
  readonly generation: number
  /** Instances by worker, where the operator asked for other than the app does. */
  readonly scale: Scale
  /** The app's own port, kept for its life. */
  readonly port: number | null
  readonly url: string | null
  /** Digest of the app env every instance of the generation was started with. Empty: they may have been started with different ones. */
  readonly envDigest: string
}

/** The state of an app that has never been deployed: what `readState` gives where nothing was written. */
export const initialState: AppState = Object.freeze<AppState>({
  schema: 1,
  stopped: false,
  deployer: null,
  proxy: null,
  generation: 0,
  scale: {},
  port: null,
  url: null,
  envDigest: '',
})

/** The steps of an operation, in the order an operation and `converge.ts` take them. */
export type JournalStep = 'begin' | 'build' | 'commit' | 'before-run' | 'start' | 'route' | 'switch' | 'retire' | 'undo' | 'end'

export interface JournalRecord {
  readonly time: string
  readonly operation:
    | 'deploy'
    | 'run'
    | 'build'
    | 'import'
    | 'rollback'
    | 'scale'
    | 'start'
    | 'restart'
    | 'maintenance'
    | 'stop'
    | 'destroy'
  readonly step: JournalStep
  /** The release the operation makes, with `begin`: it is discarded when the operation is undone. */
  readonly makes?: string
  /** The release the operation leads to. */
  readonly release?: string
  readonly generation?: number
  readonly scale?: Scale
  readonly deployer?: string
  /** With `build`: who builds it. */
  readonly builder?: string
  /** With the `begin` of a stop: see `AppState.stoppedWithAll`. */
  readonly withAll?: true
}

export interface HistoryEntry {
  readonly time: string
  readonly operation: JournalRecord['operation']
  readonly release: string
  /** `ok`: the release serves. With an `error`: what came after the switch has failed. */
  readonly outcome: 'ok' | 'failed'
  readonly milliseconds: number
  readonly error?: { readonly code: string; readonly message: string }
}
