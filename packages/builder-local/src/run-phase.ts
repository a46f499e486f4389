/** Runs the commands of one phase. */
import type { BuildContext, Log, Phase } from '@hop3/core'
import type { BuildLog } from './build-log.ts'
import { requiredProgramOf } from './command-words.ts'
import { findTool } from './find-tool.ts'
import { keptLines } from './kept-lines.ts'
import { phaseFailure } from './phase-failure.ts'
import { toolMissing } from './tool-packages.ts'

export interface PhaseRun {
  readonly name: string
  readonly phase: Phase
  /** Where the commands run. */
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  /** Seconds for the whole phase. */
  readonly timeout: number
  readonly context: Pick<BuildContext, 'run' | 'signal' | 'clock'>
  readonly log: Log
  readonly buildLog: BuildLog
}

/** One shell per command, in the app's directory. Throws `build.tool-missing`, `build.timeout`, `build.phase-failed`, or the signal's reason. */
export async function runPhase(run: PhaseRun): Promise<void> {
  const { name, phase, context, timeout } = run
  const end = context.clock.monotonic() + timeout * 1000
  for (const command of phase.cmds) {
    requireProgram(run, command)
    run.buildLog.note(`[${name}] $ ${command}`)
    run.log.info(command, { kind: 'command', command })
    const kept = keptLines()
    const result = await context.run({
      file: '/bin/sh',
      args: ['-e', '-c', command],
      cwd: run.directory,
      env: run.env,
      signal: context.signal,
      timeout: Math.max(1, end - context.clock.monotonic()),
      onLine: (line, stream) => kept.add(run.buildLog.output(run.log, line, stream)),
    })
    if (result.exitCode !== 0 || result.timedOut) throw phaseFailure({ phase: name, command, result, lines: kept.lines(), timeout })
  }
}

/** Before the command starts, because half of it may be done before the shell notices. */
function requireProgram({ name, env, directory }: PhaseRun, command: string): void {
  const program = requiredProgramOf(command)
  if (program === undefined || program.includes('/')) return
  if (findTool(program, env['PATH'] ?? '', directory) === undefined) throw toolMissing(name, command, program)
}
