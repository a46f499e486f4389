import { toHop3Error } from '@hop3/core'
import type { CommandResult } from './command-spec.ts'
import { commands } from './commands.ts'
import { exitCodeOf } from './exit-codes.ts'
import type { Invocation, Terminal } from './invocation.ts'
import { commandWord, parseArguments, type Parsed } from './parse-arguments.ts'
import { createOutput, type Output } from './render/output.ts'

export interface MainOptions {
  /** What follows `hop3` on the command line. */
  readonly words: readonly string[]
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly leaveInterrupts?: () => void
  /** Told of the output as soon as there is one, for whoever has to close it from outside. */
  readonly onOutput?: (output: Output) => void
  /** Told of the result besides its being shown, for callers in this process. */
  readonly onResult?: (result: CommandResult) => void
}

/** Runs one command: parse, call, render. Resolves to the exit code; nothing is thrown. */
export async function main({
  words,
  terminal,
  signal,
  leaveInterrupts = () => {},
  onOutput,
  onResult = () => {},
}: MainOptions): Promise<number> {
  const output = outputFor(words, terminal)
  onOutput?.(output)
  try {
    const exitCode = await perform(parseArguments(words, commands), { output, terminal, signal, leaveInterrupts }, onResult)
    await output.checkWritten()
    return exitCode
  } catch (thrown) {
    const attempted = `hop3 ${commandWord(words) ?? ''}`.trim()
    const error = toHop3Error(thrown, attempted)
    // Whatever was waited for when the signal came says it in its own words.
    output.failure(signal.aborted && error !== thrown && error.code === 'retry.interrupted' ? toHop3Error(signal.reason, attempted) : error)
    return exitCodeOf(error.code)
  } finally {
    output.close()
  }
}

/** The words decide how even a usage error is shown, so they are looked at before they are understood. */
function outputFor(words: readonly string[], terminal: Terminal): Output {
  const end = words.indexOf('--')
  const before = new Set(end === -1 ? words : words.slice(0, end))
  const asked = (long: string, short: string): boolean => before.has(long) || before.has(short)
  const verbosity = asked('--verbose', '-v') ? 'verbose' : asked('--quiet', '-q') ? 'quiet' : 'normal'
  return createOutput({ terminal, json: before.has('--json'), verbosity })
}

type Surroundings = Pick<Invocation, 'output' | 'terminal' | 'signal' | 'leaveInterrupts'>

async function perform(parsed: Parsed, surroundings: Surroundings, onResult: (result: CommandResult) => void): Promise<number> {
  const { output } = surroundings
  if (parsed.kind === 'version') {
    const { version } = await import('./version.ts')
    output.result({ value: { version }, text: version })
    return 0
  }
  if (parsed.kind === 'help') {
    const { helpText } = await import('./render/help.ts')
    output.result({ value: {}, text: helpText(parsed.command), verbatim: true })
    return 0
  }
  const { command, options, operands, commandLine } = parsed
  const code = await command.load()
  const result = await code.run({ options, operands, commandLine, ...surroundings })
  onResult(result)
  output.result(result)
  const [first] = result.failures ?? []
  return result.exitCode ?? (first === undefined ? 0 : exitCodeOf(first.error.code))
}
