import type { BuildArtifact } from './artifact.ts'
import type { DeploymentContext } from './deployer.ts'

export interface WorkerEnvironmentRequest {
  readonly artifact: BuildArtifact
  readonly context: Pick<DeploymentContext, 'appName' | 'release' | 'directories' | 'appEnv' | 'baseEnv'>
  readonly worker: string
  /** Where a web worker is to listen. */
  readonly port?: number
  readonly socket?: string
}

/**
 * The whole environment of one worker process; later wins: base (HOME, USER, LANG, PATH) → the artifact's env_vars → what the operator set
 * → what Hop3 says. `path_prepend` goes in front of PATH. The operator's own shell is never inherited.
 */
export function workerEnvironment({ artifact, context, worker, port, socket }: WorkerEnvironmentRequest): Record<string, string> {
  const { runtime } = artifact
  const merged: Record<string, string> = { ...context.baseEnv, ...runtime.envVars, ...context.appEnv }
  const path = [...runtime.pathPrepend, ...(merged['PATH'] ?? '').split(':')].filter((part) => part !== '')
  return {
    ...merged,
    PATH: path.join(':'),
    APP: context.appName,
    PROC_TYPE: worker,
    HOP3_RELEASE: context.release.id,
    HOP3_DATA: context.directories.data,
    BIND_ADDRESS: '127.0.0.1',
    ...(port === undefined ? {} : { PORT: String(port) }),
    ...(socket === undefined ? {} : { HOP3_SOCKET: socket }),
  }
}
