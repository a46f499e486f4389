/** What a failed command of a phase becomes. */
import { hop3Error, visible, type CommandResult, type Hop3Error } from '@hop3/core'
import { lockRepair } from './lock-repair.ts'
import { clojureCli, toolMissing } from './tool-packages.ts'

export interface FailedCommand {
  readonly phase: string
  readonly command: string
  readonly result: Pick<CommandResult, 'exitCode' | 'signal' | 'timedOut'>
  /** Of what it printed, masked: see `kept-lines.ts`. */
  readonly lines: readonly string[]
  readonly timeout: number
}

/** `build.tool-missing` where the output says that a program or module is missing, `build.timeout`, else `build.phase-failed`. */
export function phaseFailure(failed: FailedCommand): Hop3Error {
  const { phase, command, result, lines, timeout } = failed
  const details = { phase, command, exitCode: result.exitCode, signal: result.signal, lines }
  if (result.timedOut) {
    return hop3Error('build.timeout', `Phase ${phase} timed out: ${visible(command)} took longer than ${timeout} seconds.${tail(lines)}`, {
      hint: `Find out what it waits for with --verbose, or write \`timeout = ${timeout * 2}\` into [build.local] of hop3.toml.`,
      details,
    })
  }
  return missingTool(failed) ?? missingPart(failed, details) ?? plainFailure(failed, details)
}

/** Exit code 127: a shell, `env` or `xargs` found no such program. */
function missingTool({ phase, command, result, lines }: FailedCommand): Hop3Error | undefined {
  if (result.exitCode !== 127) return undefined
  for (const line of lines.toReversed()) {
    const tool =
      /(?:^|: )([^\s:'‘’"]+): (?:command )?not found$/.exec(line)?.[1] ?? /^env: ['‘"]?([^'’":]+)['’"]?: No such file/.exec(line)?.[1]
    if (tool !== undefined) return toolMissing(phase, command, tool)
  }
  return undefined
}

/** What Debian ships as packages of their own, or another program under the same name. */
const parts: readonly (readonly [says: RegExp, part: string, install: string])[] = [
  [/ensurepip is not available|No module named '?(?:ensurepip|venv)\b/, 'venv of Python', 'apt-get install python3-venv'],
  [/No module named '?pip\b/, 'pip', 'apt-get install python3-pip'],
  [/Python\.h: No such file/, 'header files of Python', 'apt-get install python3-dev build-essential'],
  [/^-(?:P|Sdeps|T:\S+) \(No such file or directory\)/, 'Clojure CLI: its `clojure` is another program', clojureCli],
  [/pg_config executable not found/, 'client library of PostgreSQL', 'apt-get install libpq-dev'],
]

function missingPart({ phase, command, lines }: FailedCommand, details: Readonly<Record<string, unknown>>): Hop3Error | undefined {
  const found = parts.find(([says]) => lines.some((line) => says.test(line)))
  if (found === undefined) return undefined
  const [, part, install] = found
  return hop3Error('build.tool-missing', `Phase ${phase} runs ${visible(command)}, but this host lacks the ${part}.${tail(lines)}`, {
    hint: `Install it: \`${install}\`.`,
    details: { ...details, tool: part, install },
    class: 'environment',
  })
}

function plainFailure({ phase, command, result, lines }: FailedCommand, details: Readonly<Record<string, unknown>>): Hop3Error {
  const how = result.exitCode === null ? `was ended by ${result.signal ?? 'a signal'}` : `exited with ${result.exitCode}`
  const memory = result.signal === 'SIGKILL' || result.exitCode === 137 ? ' The system may have run out of memory.' : ''
  const repair = lockRepair(lines)
  return hop3Error('build.phase-failed', `Phase ${phase} failed: ${visible(command)} ${how}.${memory}${tail(lines)}`, {
    hint:
      repair === undefined
        ? // The build's log goes with the release that came to nothing.
          'Mend it and run the same command again; with --verbose it shows the whole output.'
        : `Bring ${repair.lockFile} up to date where the source is, with \`${repair.command}\`, and deploy again.`,
    details,
  })
}

function tail(lines: readonly string[]): string {
  return lines.length === 0 ? ' It printed nothing.' : ` Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`
}
