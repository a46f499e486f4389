/** A host without a disk: the Home protocol and three strategies in memory, so that a command can be cut off after any step. */
import {
  createLog,
  createRegistry,
  definePlugin,
  emptyAppConfig,
  freeze,
  hop3Error,
  initialState,
  protocolVersion,
  systemClock,
  type App,
  type AppHome,
  type BuildArtifact,
  type Deployer,
  type DeploymentContext,
  type HistoryEntry,
  type Host,
  type JournalRecord,
  type LogEvent,
  type Route,
  type WorkerStatus,
} from '../src/index.ts'
import { targetScale } from '../src/index.ts'

/** Thrown by everything once the command has been "killed". */
export class Killed extends Error {}

export interface Source {
  readonly version: string
  readonly workers?: Readonly<Record<string, string>>
  /** What its phases name. */
  readonly secrets?: readonly string[]
  /** Ctrl-C comes during the build. */
  readonly interrupts?: 'build'
  readonly fault?: 'check' | 'build' | 'before-run' | 'start' | 'route'
  /** The cluster lets no release in, and says so before anything is begun. */
  readonly isRefused?: boolean
  readonly beforeRun?: readonly string[]
  /** Prefix → directory below `root`. */
  readonly staticPaths?: Readonly<Record<string, string>>
  readonly root?: string
}

export function createWorld() {
  const disk = {
    /** What builds made is gone, as an image is that somebody removed. */
    lost: false,
    releases: new Map<string, BuildArtifact | undefined>(),
    current: undefined as string | undefined,
    previous: undefined as string | undefined,
    ofUnits: undefined as string | undefined,
    state: initialState,
    journal: [] as JournalRecord[],
    history: [] as HistoryEntry[],
    env: {} as Record<string, string>,
    listen: undefined as Host['listen'] | undefined,
    counter: 0,
    generation: 0,
    locked: false,
    destroyed: false,
  }
  const instances = new Set<string>()
  /** What each instance was started with. */
  const environments = new Map<string, string>()
  const routes = new Map<string, Route>()
  const events: LogEvent[] = []
  const calls: string[] = []
  /** Seconds that each `stop` was given. */
  const stopTimeouts: number[] = []
  const control = {
    failHistory: false,
    prunes: false,
    proxyAt: { address: '127.0.0.1', port: 80 } as Host['listen'],
    listen: { address: '127.0.0.1', port: 80 } as Host['listen'],
    failKeepPorts: false,
    failRetire: false,
    isAway: false,
    refuseRoutes: false,
    unhealthy: new Set<string>(),
    damaged: new Set<string>(),
    aborter: new AbortController(),
    dead: false,
    killAfterRecords: Number.POSITIVE_INFINITY,
    records: 0,
  }
  let source: Source = { version: '1' }

  const alive = (): void => {
    if (control.dead) throw new Killed('killed')
  }
  const step = <T>(work: () => T): Promise<T> => {
    try {
      alive()
      return Promise.resolve(work())
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  const appHome: AppHome = {
    appName: 'blog',
    directories: { root: '/', run: '/run', logs: '/logs', data: '/data', volumes: '/volumes' },
    exists: () => step(() => !disk.destroyed),
    lock: ({ mustExist = false }) =>
      step(() => {
        control.aborter.signal.throwIfAborted()
        if (disk.locked) throw hop3Error('lock.held', 'locked')
        if (mustExist && disk.destroyed) throw hop3Error('deploy.not-deployed', 'no blog')
        Object.assign(disk, { locked: true, destroyed: false })
        return { token: '0', release: async () => void (disk.locked = false) }
      }),
    releasePath: (id) => `/releases/${id}`,
    nextRelease: (buildId) =>
      step(() => ({
        id: `r${String(disk.counter + 1).padStart(6, '0')}-${buildId.slice(0, 8)}`,
        path: `/releases/${disk.counter + 1}`,
        buildId,
      })),
    reserve: (slot) => step(() => void (disk.counter++, disk.releases.set(slot.id, undefined))),
    commit: (slot, artifact) => step(() => void disk.releases.set(slot.id, artifact)),
    discard: (id) =>
      step(() => {
        if (id === disk.current || id === disk.previous) throw hop3Error('internal.discard', `${id} is in use`)
        disk.releases.delete(id)
      }),
    releases: () =>
      step(() =>
        [...disk.releases].map(([id, artifact]) => ({
          id,
          path: `/releases/${id}`,
          committed: artifact !== undefined,
          isCurrent: id === disk.current,
          isPrevious: id === disk.previous,
        })),
      ),
    artifact: (id) =>
      step(() => {
        const artifact = disk.releases.get(id)
        if (artifact === undefined) throw hop3Error('artifact.missing', `no ${id}`)
        if (control.damaged.has(id)) throw hop3Error('artifact.damaged', `${id} is torn`)
        return artifact
      }),
    current: () => step(() => disk.current),
    previous: () => step(() => disk.previous),
    switchTo: (id) =>
      step(() => {
        if (disk.current === id) return
        disk.previous = disk.current
        disk.current = id
      }),
    prune: async (_keep, mayGo) => {
      for (const id of disk.releases.keys())
        if (control.prunes && id !== disk.current && id !== disk.previous && (await mayGo?.(id))) disk.releases.delete(id)
      return []
    },
    releaseOfUnits: () => step(() => disk.ofUnits),
    keepForUnits: (id) => step(() => void (disk.ofUnits = id)),
    readState: () => step(() => disk.state),
    writeState: (state) => step(() => void (disk.state = state)),
    nextGeneration: () => step(() => ++disk.generation),
    record: (record) =>
      step(() => {
        const ended = disk.journal.at(-1)?.step === 'end'
        disk.journal = ended ? [record] : [...disk.journal, record]
        if (++control.records >= control.killAfterRecords) control.dead = true
      }),
    endOrphans: () => step(() => {}),
    openRecords: () => step(() => (disk.journal.at(-1)?.step === 'end' ? [] : disk.journal)),
    readEnv: () => step(() => disk.env),
    writeEnv: (changes) => step(() => void Object.assign(disk.env, changes)),
    reservePort: () => step(() => 20_000),
    keepPorts: () =>
      step(() => {
        if (!control.failKeepPorts) return
        control.failKeepPorts = false
        throw new Error('no ports')
      }),
    claimFixedPorts: () => step(() => {}),
    remember: (entry) =>
      step(() => {
        if (control.failHistory) throw new Error('no history')
        disk.history.push(entry)
      }),
    history: () => step(() => disk.history),
    isBlank: () => step(() => disk.counter === 0 && disk.journal.length === 0 && Object.keys(disk.env).length === 0),
    destroy: () =>
      step(
        () =>
          void Object.assign(disk, {
            destroyed: true,
            releases: new Map(),
            current: undefined,
            previous: undefined,
            journal: [],
            state: initialState,
          }),
      ),
  }

  const faultOf = (artifact: BuildArtifact): unknown => artifact.metadata['fault']
  const instanceName = (context: DeploymentContext, worker: string, ordinal: number): string =>
    `${context.release.id}/${context.generation}/${worker}.${ordinal}`
  const wanted = (context: DeploymentContext, artifact: BuildArtifact): readonly string[] =>
    Object.entries(targetScale(artifact.runtime.workers, context.scale)).flatMap(([worker, count]) =>
      Array.from({ length: count }, (_, index) => instanceName(context, worker, index + 1)),
    )

  const statuses = (): readonly WorkerStatus[] =>
    [...instances].map((name) => {
      const [release = '', generation = '', rest = ''] = name.split('/')
      const [worker = '', ordinal = ''] = rest.split('.')
      return {
        app: 'blog',
        worker,
        ordinal: Number(ordinal),
        release,
        generation: Number(generation),
        state: 'running',
        pid: 1,
        address: '',
      }
    })
  const makeDeployer = (context: DeploymentContext, artifact: BuildArtifact): Deployer => ({
    name: 'memory',
    accept: () => step(() => ({ accepted: true, reason: 'takes everything' })),
    check: () =>
      step(() => {
        if (source.isRefused === true) throw hop3Error('deploy.memory.refused', 'nobody is let in')
      }),
    deploy: () =>
      step(() => {
        calls.push(`deploy ${context.release.id}`)
        if (control.isAway) throw hop3Error('environment.away', 'nobody answers', { class: 'retry' })
        const fresh = wanted(context, artifact).filter((one) => !instances.has(one))
        for (const one of fresh) {
          instances.add(one)
          environments.set(one, JSON.stringify(context.appEnv))
        }
        if (faultOf(artifact) === 'start' || control.unhealthy.has(context.release.id)) {
          for (const one of fresh) instances.delete(one)
          throw hop3Error('health.exited', 'exited at once')
        }
        const web = wanted(context, artifact).filter((one) => one.includes('/web.'))
        return web.length === 0 && !('web' in artifact.runtime.workers)
          ? { protocol: 'none' as const, address: '', port: null, upstreams: [] }
          : {
              protocol: 'http' as const,
              address: '127.0.0.1',
              port: 20_000,
              upstreams: web.map((name) => ({ address: name, port: 20_000 })),
            }
      }),
    retire: () =>
      step(() => {
        calls.push(`retire all but ${context.release.id}`)
        if (control.failRetire) throw hop3Error('deploy.retire', 'it does not end')
        const keep = new Set(wanted(context, artifact))
        for (const one of instances) if (!keep.has(one)) instances.delete(one)
      }),
    scale: () => step(() => {}),
    stop: () => step(() => (calls.push('stop'), stopTimeouts.push(context.config.stopTimeout), instances.clear())),
    forget: () => step(() => void calls.push('forget')),
    status: () => step(statuses),
    statusOfAll: () => step(() => ({ workers: statuses() })),
    exec: (command) => step(() => (calls.push(`exec ${command}`), faultOf(artifact) === 'before-run' ? 1 : 0)),
  })

  const urlNow = (): string => `http://blog.localhost${control.proxyAt.port === 80 ? '' : `:${control.proxyAt.port}`}`

  const plugin = definePlugin({
    protocol: protocolVersion,
    builders: [
      {
        name: 'memory',
        specificity: 'inferred',
        create: (context) => ({
          name: 'memory',
          forms: ['process', 'site'],
          accept: () => step(() => ({ accepted: true, reason: 'takes everything' })),
          fingerprint: () => step(() => JSON.stringify(source)),
          holds: () => step(() => !disk.lost),
          build: () =>
            step(() => {
              calls.push('build')
              for (const name of source.secrets ?? []) calls.push(`build with ${name}=${context.secret(name)}`)
              if (source.interrupts === 'build') control.aborter.abort(new Error('interrupted'))
              if (source.fault === 'build') throw hop3Error('build.phase-failed', 'the build failed')
              const workers = { ...(source.workers ?? { web: `serve ${source.version}` }) }
              const runtime = {
                envVars: {},
                pathPrepend: [],
                workingDir: '/',
                workers,
                beforeRun: [...(source.beforeRun ?? [])],
                staticPaths: Object.fromEntries(
                  Object.entries(source.staticPaths ?? {}).map(([prefix, directory]) => [prefix, `${source.root}/${directory}`]),
                ),
                healthcheckPath: '',
                healthcheckTimeout: 30,
              }
              return {
                kind: 'memory',
                location: 'memory',
                runtime,
                builder: 'memory',
                appName: context.appName,
                builtAt: '',
                buildId: '',
                metadata: { fault: source.fault, fingerprint: JSON.stringify(source) },
              }
            }),
        }),
      },
    ],
    deployers: [
      {
        name: 'memory',
        specificity: 'inferred',
        check: async ({ appEnv }) => {
          if (source.fault === 'check' && appEnv['CHECKED'] === undefined) throw hop3Error('config.deploy.memory', 'CHECKED has no value')
        },
        create: makeDeployer,
      },
    ],
    proxies: [
      {
        name: 'memory',
        create: () => ({
          name: 'memory',
          accept: () => step(() => ({ accepted: true, reason: 'always' })),
          apply: (route) =>
            step(() => {
              if (control.refuseRoutes) throw hop3Error('deploy.proxy.port-taken', 'the port is taken')
              const artifact = disk.releases.get(route.release)
              if (artifact !== undefined && faultOf(artifact) === 'route') throw hop3Error('deploy.proxy.verify', 'the proxy refused')
              routes.set(route.appName, route)
              control.proxyAt = host.listen
              return urlNow()
            }),
          remove: (app) => step(() => void routes.delete(app)),
          serves: (app, release) => step(() => control.proxyAt === host.listen && routes.get(app)?.release === release),
          url: ({ appName }) => step(() => (routes.has(appName) ? urlNow() : undefined)),
          routes: () => step(() => [...routes.values()]),
        }),
      },
    ],
  })

  const host: Host = {
    registry: createRegistry({ plugins: { memory: plugin } }),
    home: {
      path: '/home',
      cachePath: '/cache',
      runPath: '/run',
      apps: async () => ['blog'],
      app: () => appHome,
      readListen: async () => disk.listen,
      keepListen: async (listen) => void (disk.listen = listen),
    },
    run: () => Promise.reject(new Error('nothing is run here')),
    clock: systemClock,
    log: createLog({ sink: (event) => events.push(event), clock: systemClock }),
    get signal() {
      return control.aborter.signal
    },
    toolEnv: {},
    baseEnv: {},
    get listen() {
      return control.listen
    },
    keep: 5,
    newBuildId: () => 'a'.repeat(32),
  }
  const app: App = { name: 'blog', sourcePath: '/source', config: freeze({ ...emptyAppConfig }) }

  return {
    app,
    host,
    disk,
    instances,
    /** What the running instances were started with, each once. */
    runningEnvironments: () => [...new Set([...instances].map((one) => environments.get(one)))],
    /** Instances of releases whose directories are gone. */
    homeless: () => [...instances].filter((one) => !disk.releases.has(one.split('/')[0] ?? '')),
    said: () => events.map(({ text }) => text).join('\n'),
    routes,
    events,
    calls,
    stopTimeouts,
    use(next: Source) {
      source = next
    },
    /** The command dies right after its `records`th record from now. */
    killAfter(records: number) {
      Object.assign(control, { records: 0, killAfterRecords: records })
    },
    /** The machine goes down and comes up: instances are gone, what the disk and the proxy remember stays. */
    reboot() {
      instances.clear()
    },
    failHistory() {
      control.failHistory = true
    },
    failNextKeepPorts() {
      control.failKeepPorts = true
    },
    /** What ran before does not end. */
    /** Who runs the instances does not answer for now. */
    away(isAway: boolean) {
      control.isAway = isAway
    },
    failRetire(fails: boolean) {
      control.failRetire = fails
    },
    /** The operator says where the proxy is to answer. */
    listenAt(port: number) {
      control.listen = { address: '127.0.0.1', port }
    },
    /** Another app's command has moved the proxy to where this operator wants it. */
    moveProxy(port: number) {
      control.listen = { address: '127.0.0.1', port }
      control.proxyAt = control.listen
    },
    /** The proxy makes no route, neither to the new nor to the old: its port is taken. */
    refuseRoutes(refuses: boolean) {
      control.refuseRoutes = refuses
    },
    /** Nothing that may go is kept. */
    prunes() {
      control.prunes = true
    },
    /** A power failure has torn a release's artifact. */
    damage(release: string) {
      control.damaged.add(release)
    },
    /** A release cannot become healthy for a while: its database is not there yet. */
    ail(release: string, isAiling: boolean) {
      if (isAiling) control.unhealthy.add(release)
      else control.unhealthy.delete(release)
    },
    /** Ctrl-C, at once. False: a new process, which nobody has interrupted. */
    interrupt(isInterrupted: boolean) {
      control.aborter = new AbortController()
      if (isInterrupted) control.aborter.abort(new Error('interrupted'))
    },
    /** The next command runs in a new process: nothing is dead, and a dead holder's lock is no lock. */
    revive() {
      const wasKilled = control.dead
      Object.assign(control, { dead: false, killAfterRecords: Number.POSITIVE_INFINITY })
      disk.locked = false
      return wasKilled
    },
    /** What a client of the app reaches: the version whose instance the route leads to, or undefined. */
    answers(): string | undefined {
      const route = routes.get('blog')
      const first = route?.upstreams[0]?.address
      if (first === undefined || !instances.has(first)) return undefined
      return disk.releases.get(route?.release ?? '')?.runtime.workers['web']
    },
  }
}
