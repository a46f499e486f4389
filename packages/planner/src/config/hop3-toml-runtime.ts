import { hop3Error } from '@hop3/core'
import { checkOneWebWorker, checkWorker } from './check-worker.ts'
import { agree, type Hop3TomlDocument, type Section } from './hop3-toml-document.ts'
import { workersOfPlan } from './plan-workers.ts'
import { checkStaticDirectory, checkUrlPrefix } from './static-directory.ts'

/** `[run]`, `[static]`, `[healthcheck]` and the commands of `[[component]]`. */
export function runtimeSection(document: Hop3TomlDocument): Section {
  const { toml, originOf } = document
  const { workers, origins } = workersOf(document)
  const beforeRun = listOf(toml.run?.['before-run'])
  const statics = staticPathsOf(document)
  const healthcheck = agree(document, [
    { keys: ['run', 'healthcheck'], value: toml.run?.healthcheck },
    { keys: ['healthcheck', 'path'], value: toml.healthcheck?.path },
  ])
  const timeout = startTimeout(document)
  return {
    runtime: {
      workers: Object.fromEntries(workers),
      ...(beforeRun === undefined ? {} : { beforeRun }),
      ...(statics === undefined ? {} : { staticPaths: Object.fromEntries(statics.map(({ prefix, directory }) => [prefix, directory])) }),
      ...(healthcheck === undefined ? {} : { healthcheckPath: healthcheck.value }),
      ...(timeout === undefined ? {} : { healthcheckTimeout: timeout.value }),
    },
    origins: Object.fromEntries([
      ...[...origins].map(([name, origin]) => [`runtime.workers.${name}`, origin] as const),
      ...(beforeRun === undefined ? [] : [['runtime.beforeRun', originOf('run', 'before-run')] as const]),
      ...(statics ?? []).map(({ prefix, origin }) => [`runtime.staticPaths.${prefix}`, origin] as const),
      ...(healthcheck === undefined ? [] : [['runtime.healthcheckPath', originOf(...healthcheck.keys)] as const]),
      ...(timeout === undefined ? [] : [['runtime.healthcheckTimeout', originOf(...timeout.keys)] as const]),
    ]),
  }
}

interface Workers {
  readonly workers: ReadonlyMap<string, string>
  readonly origins: ReadonlyMap<string, string>
}

/** `[build.plan]` processes and start, overridden by `[run] start`, `[run.workers]` and `[[component]]`, of which one may name a worker. */
function workersOf(document: Hop3TomlDocument): Workers {
  const { toml, originOf } = document
  const written = [
    ...(toml.run?.start === undefined ? [] : [{ name: 'web', command: joined(toml.run.start), origin: originOf('run', 'start') }]),
    ...Object.entries(toml.run?.workers ?? {}).map(([name, command]) => ({ name, command, origin: originOf('run', 'workers', name) })),
    // What is published at the root is the site itself, as `static: dir` in a Procfile.
    ...Object.entries(toml.static ?? {}).flatMap(([prefix, command]) =>
      prefix === '/' ? [{ name: 'static', command, origin: originOf('static', prefix) }] : [],
    ),
    ...(toml.component ?? []).map(({ name, command }, index) => ({ name, command, origin: originOf('component', index, 'name') })),
  ]
  const workers = new Map<string, string>()
  const origins = new Map<string, string>()
  for (const { name, command, origin } of written) {
    const before = origins.get(name)
    if (before !== undefined) throw givenTwice(name, before, origin)
    workers.set(name, checkWorker(name, command, origin))
    origins.set(name, origin)
  }
  checkOneWebWorker(Object.fromEntries(workers), (name) => origins.get(name) ?? document.path)
  return withPlanWorkers(document, workers, origins)
}

function withPlanWorkers(document: Hop3TomlDocument, workers: Map<string, string>, origins: Map<string, string>): Workers {
  if (document.plan === undefined) return { workers, origins }
  const { plan, originOf } = document.plan
  for (const [name, command] of Object.entries(workersOfPlan(plan).workers)) {
    if (workers.has(name)) continue
    const origin = originOf(plan.start?.cmd === command && name === 'web' ? ['start', 'cmd'] : ['processes', name])
    workers.set(name, checkWorker(name, command, origin))
    origins.set(name, origin)
  }
  return { workers, origins }
}

function givenTwice(name: string, before: string, origin: string): Error {
  return hop3Error('config.conflict', `${origin}: the worker ${name} is given twice; the first is ${before}.`, {
    hint: 'Keep one of the two lines, or give one worker its own name.',
    details: { origin, first: before },
  })
}

interface StaticPath {
  readonly prefix: string
  readonly directory: string
  readonly origin: string
}

function staticPathsOf({ toml, originOf }: Hop3TomlDocument): readonly StaticPath[] | undefined {
  if (toml.static === undefined) return undefined
  const below = Object.entries(toml.static).filter(([prefix]) => prefix !== '/')
  return below.map(([prefix, directory]) => {
    const origin = originOf('static', prefix)
    return { prefix: checkUrlPrefix(prefix, origin), directory: `${checkStaticDirectory(directory, origin)}/`, origin }
  })
}

/** Seconds a worker has to become healthy: `start-timeout` says exactly that; the other two meant it in Hop3's documents. */
function startTimeout(document: Hop3TomlDocument): { readonly keys: readonly string[]; readonly value: number } | undefined {
  const { toml } = document
  const start = toml.run?.['start-timeout']
  if (start !== undefined) return { keys: ['run', 'start-timeout'], value: start }
  return agree(document, [
    { keys: ['run', 'healthcheck-timeout'], value: toml.run?.['healthcheck-timeout'] },
    { keys: ['healthcheck', 'timeout'], value: toml.healthcheck?.timeout },
  ])
}

/** Hop3 joins a list of commands, so that a `cd` in one holds for the next. */
export function joined(commands: string | readonly string[]): string {
  return typeof commands === 'string' ? commands : commands.join(' && ')
}

function listOf(commands: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof commands === 'string' ? [commands] : commands
}
