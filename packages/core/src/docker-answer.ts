/** One call to the engine, bounded in time and by a signal: an engine may accept a connection and be stuck. */
import type { IncomingMessage } from 'node:http'
import { askDocker } from './ask-docker.ts'
import { dockerFailure, dockerLost, dockerSilent } from './docker-failure.ts'
import type { DockerHost } from './docker-host.ts'
import type { DockerQuestion } from './docker-request.ts'
import { parseJson } from './json.ts'

export interface DockerAnswer {
  readonly status: number
  /** Undefined where it answered with nothing, or with no JSON. */
  readonly body: unknown
}

export interface DockerPatience {
  /** Seconds until all of the answer has to be there, 60 by default. */
  readonly within?: number | undefined
}

/** Of a timer, in milliseconds. */
const longestTimer = 2 ** 31 - 1

/** Any status is an answer. Throws `environment.docker-*` when there is none in time, and the signal's reason as soon as it aborts. */
export async function dockerAnswer(
  host: DockerHost,
  { within = 60, signal, ...question }: DockerQuestion & DockerPatience,
): Promise<DockerAnswer> {
  const patience = AbortSignal.timeout(Math.min(within * 1000, longestTimer))
  const chunks: Buffer[] = []
  try {
    const either = signal === undefined ? patience : AbortSignal.any([signal, patience])
    const status = await readDocker(host, { ...question, signal: either }, (chunk) => void chunks.push(chunk))
    return { status, body: parseJson(Buffer.concat(chunks).toString()) }
  } catch (error) {
    signal?.throwIfAborted()
    throw error === patience.reason ? dockerSilent(host, within) : error
  }
}

/** The answer's bytes as they come, however long that takes; resolves to its status when it has ended. */
export async function readDocker(host: DockerHost, question: DockerQuestion, onChunk: (chunk: Buffer) => void): Promise<number> {
  const { signal } = question
  try {
    signal?.throwIfAborted()
    const answer: IncomingMessage = await askDocker(host, question)
    for await (const chunk of answer) if (chunk instanceof Buffer) onChunk(chunk)
    return answer.statusCode ?? 0
  } catch (error) {
    signal?.throwIfAborted()
    throw connectionFailure(error, host)
  }
}

/** An engine that is stopped or restarted closes its connections. */
function connectionFailure(error: unknown, host: DockerHost): unknown {
  const known = dockerFailure(error, host)
  if (known !== undefined) return known
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ECONNRESET' || code === 'EPIPE' ? dockerLost(host, error) : error
}
