/** What a worker's container runs: pure. */
import { commandWorkers, hop3Error, problemOfText, shellArgv, visible, writtenArgv, type BuildArtifact, type WorkerKind } from '@hop3/core'
import { cronLine } from './schedule.ts'

/**
 * The whole argv, the entrypoint included: `metadata.workers_argv` where it has the worker, so that an image without a shell runs; undefined for
 * an empty command, which is the image's own; any other is a shell's. Throws `deploy.kubernetes.command` and `deploy.kubernetes.cron`.
 */
export function workerArgv(artifact: BuildArtifact, worker: string, kind: WorkerKind): readonly string[] | undefined {
  const command = artifact.runtime.workers[worker] ?? ''
  if (kind === 'cron') return shellCommand(cronLine(command, worker).command, worker, artifact.appName)
  const written = writtenArgv(artifact, worker)
  if (written === undefined) return command.trim() === '' ? undefined : shellCommand(command, worker, artifact.appName)
  for (const word of written) checkWord(word, worker, artifact.appName)
  return written
}

export function shellCommand(command: string, worker: string, app: string): readonly string[] {
  checkWord(command, worker, app)
  return shellArgv(command)
}

/** Throws what is wrong with a cron worker, before anything of the release has run. */
export function checkCrons(artifact: BuildArtifact): void {
  for (const worker of Object.keys(commandWorkers(artifact.runtime.workers)))
    if (worker.startsWith('cron')) workerArgv(artifact, worker, 'cron')
}

function checkWord(word: string, worker: string, app: string): void {
  const problem = problemOfText(word, Buffer.byteLength(word) + 1)
  if (problem === undefined) return
  throw hop3Error('deploy.kubernetes.command', `Cannot run worker ${worker} of ${app}: ${problem} (${visible(word.slice(0, 200))}).`, {
    hint: `Write the command of ${worker} in Procfile or hop3.toml [run.workers].`,
    details: { worker },
  })
}
