/** The container engine's HTTP API, as little of it as is needed: Compose makes containers, this looks at them and takes them away. */
import { hop3Error, printable, type DeploymentContext } from '@hop3/core'
import { dockerAnswer, findDockerHost, readDocker, type DockerAnswer, type DockerHost, type DockerPatience } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'

export interface AskOptions extends DockerPatience {
  readonly body?: unknown
  /** Instead of the signal the engine was opened with. */
  readonly signal?: AbortSignal
}

export interface Engine {
  /** The environment in which `docker` and `docker-compose` mean the same engine, and where that is. */
  readonly host: DockerHost
  /**
   * Any status is an answer. Throws `environment.docker-…` when there is none in time. The signal the engine was opened with ends what is
   * being asked when it aborts; what is asked later tidies up, and is not ended by it.
   */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, options?: AskOptions): Promise<DockerAnswer>
  /** The answer's bytes as they come; resolves when it ends. */
  stream(path: string, onChunk: (chunk: Buffer) => void, signal?: AbortSignal): Promise<void>
}

export async function openEngine({ env, signal: opened }: Pick<DeploymentContext, 'env' | 'signal'>): Promise<Engine> {
  const host = await findDockerHost(env)
  return {
    host,
    ask: (method, path, { signal = opened.aborted ? undefined : opened, ...options } = {}) =>
      dockerAnswer(host, { method, path, signal, ...options }),
    async stream(path, onChunk, signal) {
      await readDocker(host, { method: 'GET', path, signal }, onChunk)
    },
  }
}

/** What the engine said is wrong, for an error of ours. Throws unless the status is one of `good`. */
export function expectStatus({ status, body }: DockerAnswer, good: readonly number[], attempted: string): void {
  if (good.includes(status)) return
  const message = isObject(body) && typeof body['message'] === 'string' ? printable(body['message']) : `it answered with status ${status}`
  throw hop3Error('deploy.compose.engine', `${attempted}: the container engine says: ${message}.`, {
    hint: 'If that passes by itself, run the command again; `docker info` and the log of the engine have more.',
    details: { status, message },
  })
}
