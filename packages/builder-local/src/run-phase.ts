/** Runs the commands of one phase. */
import { randomUUID } from 'node:crypto'
import type { BuildContext, Log, Phase } from '@hop3/core'
import { endMarked, keptLines, type BuildLog } from '@hop3/core/processes'
import { requiredProgramOf } from './command-words.ts'
import { findTool } from './find-tool.ts'
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

/**
 * One shell per command, in the app's directory. What a command left running serves the phase's other commands and ends with the phase. Throws
 * `build.tool-missing`, `build.timeout`, `build.phase-failed`, or the signal's reason.
 */
export async function runPhase(run: PhaseRun): Promise<void> {
  const mark = randomUUID()
  try {
    await runCommands(run, mark)
  } finally {
    await endLeftovers(run, mark)
  }
}

/** In the environment of everything a phase starts. */
const markName = 'HOP3_PHASE'

async function endLeftovers({ name, context, log }: PhaseRun, mark: string): Promise<void> {
  const { ended, immortal } = await endMarked({ name: markName, isMarked: (value) => value === mark, clock: context.clock })
  if (ended.length > 0) log.debug(`Ended what phase ${name} left running: pid ${ended.join(', ')}.`)
  if (immortal.length > 0) log.warn(`Phase ${name} has ended, and pid ${immortal.join(', ')} of it still runs after SIGKILL.`)
}

async function runCommands(run: PhaseRun, mark: string): Promise<void> {
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
      env: { ...run.env, [markName]: mark },
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
