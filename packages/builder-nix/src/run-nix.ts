/** One run of a Nix program: its events as they come, and what they came to. */
import { hop3Error, isHop3Error, printable, type CommandResult } from '@hop3/core'
import { withMemory } from './evaluation-memory.ts'
import { earlyProblem, isUnreasoned, mark, parseEvent, type NixEvent, type NixProblem } from './nix-events.ts'
import { sshEnv } from './nix-caches.ts'
import { nixMissing } from './nix-missing.ts'
import { buildSettings } from './sandbox.ts'
import type { NixSession } from './session.ts'

export interface NixRun {
  readonly result: CommandResult
  /** Nix's own errors, in the order they were said. */
  readonly problems: readonly NixProblem[]
  /** No builder has printed anything: what Nix says is not what the app's own programs had it say. */
  readonly isQuiet: boolean
  /** How many derivations were begun to be built; what comes from a cache is not. */
  readonly builds: number
}

export interface NixRequest {
  readonly program: 'nix-instantiate' | 'nix-store'
  readonly args: readonly string[]
  /** Settings of this run, by name: `--option name value`. */
  readonly settings?: Readonly<Record<string, string | boolean>>
  readonly cwd: string
  /** Bytes it may take. Default: any number. */
  readonly memory?: number
  /** Milliseconds. Default: as the configuration says. */
  readonly timeout?: number
  /** Bytes of stdout that are kept. Default: the last 64 KiB. */
  readonly maxOutput?: number
  readonly onEvent?: (event: NixEvent) => void
}

/** Of one run: whoever has Nix fail more often than that says nothing new. */
const mostProblems = 1_000

/** Throws `environment.nix-missing`, `build.timeout`, and the signal's reason when aborted. A failure is a result. */
export async function runNix(session: NixSession, request: NixRequest): Promise<NixRun> {
  const { context, options } = session
  const { program, args, settings = {}, cwd, timeout = options.timeout * 1_000, maxOutput, onEvent, memory } = request
  const host = session.host()
  const own = Object.entries({ ...buildSettings(session), ...settings }).flatMap(([name, value]) => ['--option', name, String(value)])
  const problems: NixProblem[] = []
  let [isBegun, isQuiet, builds] = [false, true, 0]
  // The last line that is none of Nix's.
  let stray = ''
  const words = [...args, ...host.settings, ...own, '--log-format', 'internal-json']
  const started = memory === undefined ? { file: program, args: words, env: {} } : withMemory(memory, program, words)
  const result = await start(() =>
    context.run({
      ...started,
      cwd,
      env: { ...host.env, ...sshEnv, ...started.env },
      signal: context.signal,
      timeout,
      ...(maxOutput !== undefined && { maxOutput }),
      onLine: (line, stream) => {
        if (stream === 'stdout') return
        const event = parseEvent(line)
        const early = isBegun ? undefined : earlyProblem(line)
        if (early !== undefined) problems.push(early)
        if (event === undefined && !line.startsWith(mark)) stray = line
        if (event === undefined) return
        isBegun = true
        const isProblem = event.kind === 'message' && (event.isError || (isQuiet && isUnreasoned(event)))
        if (isProblem && problems.length < mostProblems) problems.push(withWords(event.problem, stray))
        if (event.kind === 'output' || event.kind === 'cut') isQuiet = false
        if (event.kind === 'begin' && event.isBuild) builds++
        onEvent?.(event)
      },
    }),
  )
  if (result.timedOut) throw tookTooLong(session, program)
  return { result, problems, isQuiet, builds }
}

/** Why a host of a cache cannot be reached, ssh alone says, and Nix that it cannot. */
function withWords(problem: NixProblem, words: string): NixProblem {
  const isOfSsh = /^(?:cannot connect to '|failed to start SSH)/.test(problem.reason) && words !== ''
  return isOfSsh ? { ...problem, reason: `${problem.reason} (${printable(words.trim().slice(0, 200))})` } : problem
}

async function start(run: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    const result = await run()
    // Of the shell that limits a program. Nix itself ends with 1 or with 100 and more bits of why.
    if (result.exitCode === 127) throw nixMissing('This app is built', result.stderr)
    return result
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'environment.command-missing') throw error
    throw nixMissing('This app is built', error)
  }
}

function tookTooLong({ context, options }: NixSession, program: string): Error {
  const what = program === 'nix-instantiate' ? 'Evaluating the expression' : 'Building'
  return hop3Error('build.timeout', `${what} of ${context.appName} took longer than ${options.timeout} seconds, and was stopped.`, {
    hint: `Find out what it waits for with --verbose, or write \`timeout = ${options.timeout * 2}\` into [build.nix] of hop3.toml.`,
  })
}
