/** The engine's calls that dockerode has no method for, or one that does too much. */
import type { Readable, Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { dockerSilent } from '@hop3/core/docker'
import type { Engine } from './engine.ts'
import { Readable as ReadableStream, Duplex as DuplexStream } from 'node:stream'

export interface StreamRequest {
  readonly path: string
  /** Parts of the query; objects become JSON. */
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: Readable
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** POSTs and resolves to the answer's body, once the engine has begun to answer. Rejects as dockerode does, with `statusCode`. */
export function postStream(docker: Docker, request: StreamRequest): Promise<Readable> {
  return openStream(docker, 'POST', request)
}

/** The same with a GET. */
export function getStream(docker: Docker, request: Omit<StreamRequest, 'query' | 'body'>): Promise<Readable> {
  return openStream(docker, 'GET', { ...request, query: {} })
}

function openStream({ modem }: Docker, method: string, { path, query, body, headers, signal }: StreamRequest): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const options = {
      path: `${path}?`,
      method,
      options: { _query: { ...query }, _body: {} },
      ...(body === undefined ? {} : { file: body }),
      ...(headers === undefined ? {} : { headers }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
      isStream: true,
      statusCodes: { 200: true, 201: true },
    }
    modem.dial(options, (error: unknown, answer: unknown) => {
      if (answer instanceof ReadableStream) resolve(answer)
      else reject(error instanceof Error ? error : new Error('the engine answered with nothing'))
    })
  })
}

export interface UpgradeRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Ends the request; the connection that comes of it is its owner's. */
  readonly signal: AbortSignal
}

/** Seconds an engine may take to say yes. */
const patience = 60

/** Turns a request into a connection of its own. */
export async function upgrade(
  { docker, host }: Pick<Engine, 'docker' | 'host'>,
  { path, headers, signal }: UpgradeRequest,
): Promise<Duplex> {
  const asking = new AbortController()
  const stop = (): void => asking.abort()
  signal.addEventListener('abort', stop, { once: true })
  const limit = setTimeout(stop, patience * 1000)
  try {
    signal.throwIfAborted()
    return await dial(docker, path, { ...headers }, asking.signal)
  } catch (error) {
    signal.throwIfAborted()
    throw asking.signal.aborted ? dockerSilent(host, patience) : error
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', stop)
  }
}

function dial({ modem }: Docker, path: string, headers: Record<string, string | string[]>, abortSignal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const options = { path, method: 'POST', hijack: true, headers, abortSignal, statusCodes: { 200: true } }
    modem.dial(options, (error: unknown, socket: unknown) => {
      if (socket instanceof DuplexStream) resolve(isEncrypted(socket) ? DuplexStream.from({ readable: socket, writable: socket }) : socket)
      else reject(error instanceof Error ? error : new Error('the engine opened no connection'))
    })
  })
}

/** What speaks on it next (Node's HTTP/2) takes hold of a socket's handle, which under TLS is not where its data are. */
function isEncrypted(socket: Duplex): boolean {
  return 'encrypted' in socket
}
