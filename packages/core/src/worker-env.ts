import type { BuildArtifact } from './artifact.ts'
import type { DeploymentContext } from './deployer.ts'
import { isOwnVariable } from './own-variables.ts'

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
 * → what Hop3 says, whose own variables nobody else sets. `path_prepend` goes in front of PATH. The operator's own shell is never inherited.
 */
export function workerEnvironment({ artifact, context, worker, port, socket }: WorkerEnvironmentRequest): Record<string, string> {
  const { runtime } = artifact
  const merged: Record<string, string> = { ...context.baseEnv, ...withoutOwn(runtime.envVars), ...withoutOwn(context.appEnv) }
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

/** An artifact may come from anywhere; and processes are known again by some of ours. */
function withoutOwn(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOwnVariable(name)))
}
