import { hop3Error, visible } from '@hop3/core'
import type { PhaseInput, SourceView } from '@hop3/core'
import { checkOneWebWorker, checkWorker } from './check-worker.ts'
import type { ConfigLayer, LocatedPlan } from './config-layer.ts'
import { checkStaticDirectory, checkUrlPrefix } from './static-directory.ts'

/** Reads the Procfile at `path` (`Procfile` or `hop3/Procfile`). Throws as `parseProcfile`. */
export async function readProcfile(source: SourceView, path: string): Promise<ConfigLayer> {
  return parseProcfile((await source.readText(path)) ?? '', path)
}

/**
 * A Procfile: `name: command` lines, `#` comments, blank lines. `prebuild`, `build` and `postbuild` become phases, `prerun` and `release`
 * run before a release does, `static: /prefix:dir` is served at the prefix (several such lines are fine); every other name is a worker.
 * Throws `config.procfile` for any other line and for a name given twice, and as `checkWorker`; each names path:line:column.
 */
export function parseProcfile(text: string, path: string): ConfigLayer {
  const entries = text.split(/\r\n|\n|\r/).flatMap((line, index) => parseLine(line, originOf(path, index, line)))
  checkDuplicates(entries)
  const phases = entries.filter(({ name }) => isPhase(name))
  const before = entries.filter(({ name }) => isBeforeRun(name))
  const statics = entries.filter(isPrefixed).map(staticPath)
  const workers = entries.filter((entry) => !isPhase(entry.name) && !isBeforeRun(entry.name) && !isPrefixed(entry)).map(worker)
  const commands = Object.fromEntries(workers.map(({ name, command }) => [name, command]))
  const origins = new Map(workers.map(({ name, origin }) => [name, origin]))
  checkOneWebWorker(commands, (name) => origins.get(name) ?? path)
  return {
    name: path,
    runtime: {
      workers: commands,
      ...(before.length === 0 ? {} : { beforeRun: before.map(({ command }) => command) }),
      ...(statics.length === 0 ? {} : { staticPaths: Object.fromEntries(statics.map(({ prefix, directory }) => [prefix, directory])) }),
    },
    plans: phases.length === 0 ? [] : [phasePlan(phases)],
    origins: Object.fromEntries([
      ...workers.map(({ name, origin }) => [`runtime.workers.${name}`, origin] as const),
      ...before.slice(0, 1).map(({ origin }) => ['runtime.beforeRun', origin] as const),
      ...statics.map(({ prefix, origin }) => [`runtime.staticPaths.${prefix}`, origin] as const),
      ...phases.map(({ name, origin }) => [`phases.${name}`, origin] as const),
    ]),
  }
}

interface Entry {
  readonly name: string
  readonly command: string
  readonly origin: string
}

/** Where the line's first word is. */
function originOf(path: string, index: number, line: string): string {
  return `${path}:${index + 1}:${Math.max(0, line.search(/\S/)) + 1}`
}

function parseLine(line: string, origin: string): readonly Entry[] {
  if (/^\s*(#|$)/.test(line)) return []
  const [, name, rest = ''] = /^\s*([A-Za-z0-9._-]+)\s*:(.*)$/.exec(line) ?? []
  const command = rest.trim()
  if (name !== undefined && command && !hasControlCharacter(command)) return [{ name, command, origin }]
  const problem =
    name === undefined
      ? `${visible(line)} is not a Procfile line`
      : command
        ? `${visible(command)} contains a control character`
        : `${name} has no command`
  throw hop3Error('config.procfile', `${origin}: ${problem}.`, {
    hint: 'Write `name: command`, with letters, digits, dots, underscores and hyphens in the name: `web: ./server --port $PORT`.',
    details: { origin },
  })
}

function hasControlCharacter(command: string): boolean {
  return /\p{Cc}/u.test(command.replaceAll('\t', ' '))
}

function checkDuplicates(entries: readonly Entry[]): void {
  const seen = new Map<string, string>()
  for (const entry of entries) {
    const key = isPrefixed(entry) ? `static ${staticPath(entry).prefix}` : entry.name
    const before = seen.get(key)
    if (before !== undefined) {
      throw hop3Error('config.procfile', `${entry.origin}: ${key} is given twice; the first is ${before}.`, {
        hint: `Remove one of the two lines, or give one its own name: \`${entry.name}-2: …\`.`,
        details: { origin: entry.origin, first: before },
      })
    }
    seen.set(key, entry.origin)
  }
}

function isPhase(name: string): boolean {
  return name === 'prebuild' || name === 'build' || name === 'postbuild'
}

function isBeforeRun(name: string): boolean {
  return name === 'prerun' || name === 'release'
}

function phasePlan(phases: readonly Entry[]): LocatedPlan {
  return {
    plan: { phases: Object.fromEntries(phases.map(phase)) },
    origins: Object.fromEntries(phases.map(({ name, origin }) => [`phases.${name}.cmds`, origin])),
  }
}

/** Sets the commands alone, so that a build keeps the place, caches and outputs its toolchain gave it. */
function phase({ name, command }: Entry): [string, PhaseInput] {
  return [name, { cmds: [command] }]
}

function isPrefixed({ name, command }: Entry): boolean {
  return name === 'static' && command.startsWith('/') && staticParts(command)[0] !== '/'
}

interface StaticPath {
  readonly prefix: string
  /** Ends with a slash. */
  readonly directory: string
  readonly origin: string
}

function staticPath({ command, origin }: Entry): StaticPath {
  const [prefix, directory] = staticParts(command)
  return { prefix: checkUrlPrefix(prefix, origin), directory: `${checkStaticDirectory(directory, origin)}/`, origin }
}

function worker({ name, command, origin }: Entry): Entry {
  // `static: /:dir` publishes the directory at the root, as `static: dir` does.
  const written = name === 'static' && command.startsWith('/') ? staticParts(command)[1] : command
  return { name, command: checkWorker(name, written, origin), origin }
}

/** `/prefix:dir`; without a colon the directory is what was written, and no path inside the app. */
function staticParts(command: string): readonly [prefix: string, directory: string] {
  const colon = command.indexOf(':')
  return colon === -1 ? ['/', command] : [command.slice(0, colon), command.slice(colon + 1)]
}
