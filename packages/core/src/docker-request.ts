import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { DockerHost } from './docker-host.ts'
import { nodeHttp, nodeHttps } from './node-http.ts'

export interface DockerQuestion {
  readonly method: string
  /** `/images/json`. */
  readonly path: string
  /** Becomes JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** Resolves once the engine has begun to answer, whatever its status is. Rejects as `node:http` does: see `dockerFailure`. */
export function sendToDocker(host: DockerHost, { method, path, body, headers, signal }: DockerQuestion): Promise<IncomingMessage> {
  const { socketPath, host: base, port, protocol, pathPrefix, ca, cert, key, agent } = host.options
  const text = body === undefined ? undefined : JSON.stringify(body)
  const prefix = pathPrefix === undefined || pathPrefix === '/' ? '' : pathPrefix
  const options: RequestOptions = {
    method,
    path: `${prefix}${path}`,
    ...(socketPath === undefined ? { hostname: hostName(base), port } : { socketPath }),
    ...(agent === undefined ? { agent: false } : { agent }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(signal === undefined ? {} : { signal }),
    headers: {
      ...headers,
      // A certificate is checked against the name in it: only what is no name of a host is called something.
      ...(socketPath === undefined && agent === undefined ? {} : { host: 'docker' }),
      ...(text === undefined ? { 'content-length': 0 } : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    },
  }
  return new Promise((resolve, reject) => {
    const question = (protocol === 'https' ? nodeHttps() : nodeHttp()).request(options)
    question.once('response', resolve)
    question.once('error', reject)
    question.end(text)
  })
}

function hostName(base = 'http://localhost'): string {
  return new URL(base).hostname.replace(/^\[(.*)\]$/, '$1')
}
