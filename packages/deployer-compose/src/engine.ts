/** The container engine's HTTP API, as little of it as is needed: Compose makes containers, this looks at them and takes them away. */
import { request, type IncomingMessage } from 'node:http'
import { request as secureRequest, type RequestOptions } from 'node:https'
import { hop3Error, printable, type DeploymentContext } from '@hop3/core'
import { dockerFailure, findDockerHost, type DockerHost } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'

export interface EngineAnswer {
  readonly status: number
  /** Undefined where it answered with nothing, or with no JSON. */
  readonly body: unknown
}

export interface Engine {
  /** The environment in which `docker` and `docker-compose` mean the same engine, and where that is. */
  readonly host: DockerHost
  /** Any status is an answer. Throws `environment.docker-…` when there is none, and the signal's reason. */
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options?: { readonly body?: unknown; readonly signal?: AbortSignal },
  ): Promise<EngineAnswer>
  /** The answer's bytes as they come; resolves when it ends. */
  stream(path: string, onChunk: (chunk: Buffer) => void, signal?: AbortSignal): Promise<void>
}

export async function openEngine(context: Pick<DeploymentContext, 'env'>): Promise<Engine> {
  const host = await findDockerHost(context.env)
  const open = async (method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<IncomingMessage> => {
    signal?.throwIfAborted()
    try {
      return await send(host, { method, path, body, signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw connectionFailure(error, host)
    }
  }
  return {
    host,
    async ask(method, path, { body, signal } = {}) {
      const answer = await open(method, path, body, signal)
      const chunks: Buffer[] = []
      await readAll(answer, (chunk) => void chunks.push(chunk), host, signal)
      return { status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }
    },
    async stream(path, onChunk, signal) {
      await readAll(await open('GET', path, undefined, signal), onChunk, host, signal)
    },
  }
}

async function readAll(
  answer: IncomingMessage,
  onChunk: (chunk: Buffer) => void,
  host: DockerHost,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for await (const chunk of answer) if (chunk instanceof Buffer) onChunk(chunk)
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
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return error
  return hop3Error(
    'environment.docker-lost',
    `The container engine at ${host.address} (${host.origin}) has ended the connection: it was stopped or restarted.`,
    {
      hint: 'When `docker info` answers again, run the command again.',
      details: { address: host.address },
      cause: error,
    },
  )
}

/** What the engine said is wrong, for an error of ours. Throws unless the status is one of `good`. */
export function expectStatus({ status, body }: EngineAnswer, good: readonly number[], attempted: string): void {
  if (good.includes(status)) return
  const message = isObject(body) && typeof body['message'] === 'string' ? printable(body['message']) : `it answered with status ${status}`
  throw hop3Error('deploy.compose.engine', `${attempted}: the container engine says: ${message}.`, {
    hint: 'If that passes by itself, run the command again; `docker info` and the log of the engine have more.',
    details: { status, message },
  })
}

interface Question {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly signal: AbortSignal | undefined
}

function send(host: DockerHost, { method, path, body, signal }: Question): Promise<IncomingMessage> {
  const { socketPath, host: base, port, protocol, pathPrefix, ca, cert, key, agent } = host.options
  const text = body === undefined ? undefined : JSON.stringify(body)
  const prefix = pathPrefix === undefined || pathPrefix === '/' ? '' : pathPrefix
  const options: RequestOptions = {
    method,
    path: `${prefix}${path}`,
    ...(socketPath === undefined ? { hostname: new URL(base ?? 'http://localhost').hostname, port } : { socketPath }),
    ...(agent === undefined ? { agent: false } : { agent }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(signal === undefined ? {} : { signal }),
    headers: {
      host: 'docker',
      ...(text === undefined ? { 'content-length': 0 } : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    },
  }
  return new Promise((resolve, reject) => {
    const question = (protocol === 'https' ? secureRequest : request)(options)
    question.once('response', resolve)
    question.once('error', reject)
    question.end(text)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Many answers have no body.
    return undefined
  }
}
