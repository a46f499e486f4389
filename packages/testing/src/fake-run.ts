import { basename } from 'node:path'
import type { Command, CommandResult, Run } from '@hop3/core'

export type FakeAnswer = Partial<CommandResult> | ((command: Command) => Partial<CommandResult> | Promise<Partial<CommandResult>>)

export interface FakeRun {
  readonly run: Run
  /** Every command asked for, in order, also those that failed. Grows. */
  readonly commands: readonly Command[]
  /** `['nix', 'build', …]` of each. */
  readonly argv: () => readonly (readonly string[])[]
}

/**
 * A `run` that starts nothing and answers from a table: the first words of a command → its result, by default exit code 0 and no output.
 * The longest match wins; the program's directory is ignored. A command that is not in the table rejects, naming it.
 */
export function fakeRun(table: Readonly<Record<string, FakeAnswer>> = {}): FakeRun {
  const commands: Command[] = []
  const byLength = Object.entries(table).toSorted(([one], [other]) => other.length - one.length)
  const run: Run = async (command) => {
    commands.push(command)
    command.signal?.throwIfAborted()
    const words = [basename(command.file), ...command.args].join(' ')
    const found = byLength.find(([start]) => words === start || words.startsWith(`${start} `))
    if (found === undefined) throw new Error(`fakeRun has no answer for: ${words}`)
    const [, answer] = found
    const result = { ...success, ...(typeof answer === 'function' ? await answer(command) : answer) }
    report(result.stdout, 'stdout', command)
    report(result.stderr, 'stderr', command)
    return result
  }
  return { run, commands, argv: () => commands.map(({ file, args }) => [file, ...args]) }
}

const success: CommandResult = { exitCode: 0, signal: null, timedOut: false, stdout: '', stderr: '', pid: 1 }

function report(text: string, stream: 'stdout' | 'stderr', { onLine }: Command): void {
  if (text === '') return
  for (const line of text.replace(/\n$/, '').split('\n')) onLine?.(line, stream)
}
