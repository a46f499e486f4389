/** The engine's calls that dockerode has no method for, or one that does too much. */
import type { Readable, Duplex } from 'node:stream'
import type Docker from 'dockerode'
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
export function postStream({ modem }: Docker, { path, query, body, headers, signal }: StreamRequest): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const options = {
      path: `${path}?`,
      method: 'POST',
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

/** Turns a request into a connection of its own. */
export function upgrade({ modem }: Docker, path: string, headers: Readonly<Record<string, string | string[]>>): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const options = { path, method: 'POST', hijack: true, headers: { ...headers }, statusCodes: { 200: true } }
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
