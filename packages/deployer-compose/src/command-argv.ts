/** What a worker's container runs: pure. */
import { hop3Error, problemOfText, visible, writtenArgv, type BuildArtifact, type WorkerKind } from '@hop3/core'
import { cronScript } from './cron-script.ts'

export interface WorkerCommand {
  /** The whole argv, the entrypoint included; undefined where the image knows its own. */
  readonly argv: readonly string[] | undefined
  readonly inShell: boolean
}

/**
 * `metadata.workers_argv` where it has the worker, so that an image without a shell runs; an empty command is the image's own; any other is
 * a shell's. Throws `deploy.compose.command` and `deploy.compose.cron`.
 */
export function workerCommand(artifact: BuildArtifact, worker: string, kind: WorkerKind): WorkerCommand {
  const command = artifact.runtime.workers[worker] ?? ''
  if (kind === 'cron') return { argv: ['/bin/sh', '-c', cronScript(command, worker)], inShell: true }
  const argv = writtenArgv(artifact, worker)
  const problem = (argv ?? [command]).map((word) => problemOfText(word, Buffer.byteLength(word) + 1)).find((one) => one !== undefined)
  if (problem !== undefined) {
    throw hop3Error('deploy.compose.command', `Cannot run worker ${worker} of ${artifact.appName}: ${problem} (${visible(command)}).`, {
      hint: `Write the command of ${worker} in Procfile or hop3.toml [run.workers].`,
      details: { worker },
    })
  }
  if (argv !== undefined) return { argv, inShell: false }
  return command.trim() === '' ? { argv: undefined, inShell: false } : { argv: ['/bin/sh', '-c', command], inShell: true }
}

/** Throws what is wrong with a cron worker, before anything of the release has run. */
export function checkCrons(artifact: BuildArtifact): void {
  for (const worker of Object.keys(artifact.runtime.workers)) if (worker.startsWith('cron')) workerCommand(artifact, worker, 'cron')
}
