/** A host for one test: a home, a cache, apps, and releases whose paths are all as long. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  createLog,
  createRun,
  emptyAppConfig,
  formatReleaseId,
  systemClock,
  type AppConfig,
  type BuildArtifact,
  type BuildContext,
  type BuildPlan,
  type LogEvent,
  type PlanLayer,
  type Run,
} from '@hop3/core'
import type { PlannedApp } from '@hop3/planner'
import { onTestFinished } from 'vitest'
import { buildApp } from '../src/build.ts'
import { fingerprintApp } from '../src/fingerprint.ts'

export interface Fixture {
  readonly root: string
  readonly source: string
  readonly cachePath: string
  readonly events: LogEvent[]
  /** Processes started so far. */
  readonly commands: string[]
  write(files: Readonly<Record<string, string>>): void
  context(change?: Partial<BuildContext>): BuildContext
  /** A new release each time. */
  build(plan: Partial<BuildPlan>, change?: Partial<BuildContext>, layers?: readonly PlanLayer[]): Promise<BuildArtifact>
  fingerprint(plan: Partial<BuildPlan>, change?: Partial<BuildContext>): Promise<string>
}

export const hostPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export function createFixture(files: Readonly<Record<string, string>> = {}, appName = 'blog'): Fixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hop3-build-')))
  // The module cache of Go alone is 10 000 files.
  onTestFinished(() => rmSync(root, { recursive: true, force: true }), 60_000)
  const source = join(root, 'app')
  const cachePath = join(root, 'home', 'cache')
  const events: LogEvent[] = []
  const commands: string[] = []
  let counter = 0
  mkdirSync(source)
  const spawn = createRun()
  const run: Run = (command) => {
    commands.push([command.file, ...command.args].join(' '))
    return spawn(command)
  }
  const write = (some: Readonly<Record<string, string>>): void => {
    for (const [path, content] of Object.entries(some)) {
      mkdirSync(dirname(join(source, path)), { recursive: true })
      writeFileSync(join(source, path), content)
    }
  }
  const context = (change: Partial<BuildContext> = {}): BuildContext => {
    const buildId = (++counter).toString(16).padStart(32, '0')
    const id = formatReleaseId(counter, `${buildId.slice(-8)}${buildId}`)
    const path = join(root, 'home', 'apps', appName, 'releases', id)
    return {
      appName,
      sourcePath: source,
      config: emptyAppConfig,
      release: { id, path, buildId },
      cachePath,
      toolsPath: join(root, 'home', 'tools'),
      env: { PATH: hostPath, HOME: join(root, 'user') },
      secret: () => undefined,
      toolchains: [],
      log: createLog({ sink: (event) => events.push(event), clock: systemClock, strategy: 'local' }),
      run,
      signal: new AbortController().signal,
      clock: systemClock,
      ...change,
    }
  }
  write(files)
  return {
    root,
    source,
    cachePath,
    events,
    commands,
    write,
    context,
    async build(plan, change, layers = []) {
      const made = context(change)
      mkdirSync(made.release.path, { recursive: true })
      return buildApp({ context: made, planned: async () => ({ ...plannedApp(plan), layers }) })
    },
    fingerprint: (plan, change) => fingerprintApp({ context: context(change), planned: async () => plannedApp(plan) }),
  }
}

/** What a context answers about secrets with these values. */
export function secretsOf(values: Readonly<Record<string, string>>): BuildContext['secret'] {
  return (name) => values[name]
}

export function plannedApp(plan: Partial<BuildPlan>): PlannedApp {
  return {
    base: '',
    layers: [],
    kind: 'python',
    plan: { providers: [], variables: {}, phases: {}, processes: {}, versions: {}, ...plan },
    runtime: {
      envVars: {},
      envPaths: { VIRTUAL_ENV: '.venv' },
      pathPrepend: ['.venv/bin'],
      workers: { web: 'serve' },
      beforeRun: [],
      staticPaths: {},
      healthcheckPath: '',
      healthcheckTimeout: 30,
    },
    toolchains: ['python'],
    considered: [],
    decisions: [],
    warnings: [],
    spa: false,
  }
}

export function localOptions(options: Readonly<Record<string, unknown>>): { readonly config: AppConfig } {
  return { config: { ...emptyAppConfig, build: { ...emptyAppConfig.build, options: { local: options } } } }
}

/** What the cache did, by phase: `install: miss (first build)`. */
export function cacheOf(artifact: BuildArtifact): unknown {
  return artifact.metadata['cache']
}
