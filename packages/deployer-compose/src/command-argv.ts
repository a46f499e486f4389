/** What a worker's container runs: pure. */
import { hop3Error, problemOfText, shellArgv, visible, writtenArgv, type BuildArtifact, type WorkerKind } from '@hop3/core'
import { cronScript } from './cron-script.ts'

/**
 * The whole argv, the entrypoint included: `metadata.workers_argv` where it has the worker, so that an image without a shell runs; undefined for
 * an empty command, which is the image's own; any other is a shell's. Throws `deploy.compose.command` and `deploy.compose.cron`.
 */
export function workerArgv(artifact: BuildArtifact, worker: string, kind: WorkerKind): readonly string[] | undefined {
  const command = artifact.runtime.workers[worker] ?? ''
  if (kind === 'cron') return shellArgv(cronScript(command, worker))
  const argv = writtenArgv(artifact, worker)
  const problem = (argv ?? [command]).map((word) => problemOfText(word, Buffer.byteLength(word) + 1)).find((one) => one !== undefined)
  if (problem !== undefined) {
    throw hop3Error('deploy.compose.command', `Cannot run worker ${worker} of ${artifact.appName}: ${problem} (${visible(command)}).`, {
      hint: `Write the command of ${worker} in Procfile or hop3.toml [run.workers].`,
      details: { worker },
    })
  }
  return argv ?? (command.trim() === '' ? undefined : shellArgv(command))
}

/** Throws what is wrong with a cron worker, before anything of the release has run. */
export function checkCrons(artifact: BuildArtifact): void {
  for (const worker of Object.keys(artifact.runtime.workers)) if (worker.startsWith('cron')) workerArgv(artifact, worker, 'cron')
}
