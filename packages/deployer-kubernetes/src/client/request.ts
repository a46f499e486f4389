/** One request to an API server, over connections that are kept for the next. */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { nodeHttp, nodeHttps } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import type { Credentials } from './credentials.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** Default `application/json`. */
  readonly type?: string
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without a byte. Default 30 000; 0 for as long as it takes. */
  readonly patience?: number
}

export interface Answer {
  readonly status: number
  /** JSON, or the text where it is none. */
  readonly body: unknown
}

export interface Connection {
  ask(question: Question): Promise<Answer>
  /** The answer's bytes as they come; resolves to its status when it ends, with what an answer that is none of 200 said. */
  stream(question: Question, onChunk: (chunk: Buffer) => void): Promise<Answer>
  close(): void
}

export function connect(credentials: Credentials): Connection {
  const isTls = credentials.server.protocol === 'https:'
  const { ca, certificate, key, isVerified, serverName } = credentials
  const agent = isTls
    ? new (nodeHttps().Agent)({
        keepAlive: true,
        maxSockets: 8,
        ...(ca === undefined ? {} : { ca }),
        ...(certificate === undefined ? {} : { cert: certificate }),
        ...(key === undefined ? {} : { key }),
        ...(serverName === undefined ? {} : { servername: serverName }),
        rejectUnauthorized: isVerified,
      })
    : new (nodeHttp().Agent)({ keepAlive: true, maxSockets: 8 })
  const send = (question: Question): Promise<IncomingMessage> =>
    open(credentials, isTls ? nodeHttps().request : nodeHttp().request, agent, question)
  return {
    async ask(question) {
      const answer = await send(question)
      return { status: answer.statusCode ?? 0, body: await readAll(answer) }
    },
    async stream(question, onChunk) {
      const answer = await send({ patience: 0, ...question })
      const status = answer.statusCode ?? 0
      if (status !== 200) return { status, body: await readAll(answer) }
      for await (const chunk of answer) if (Buffer.isBuffer(chunk)) onChunk(chunk)
      return { status, body: undefined }
    },
    close: () => agent.destroy(),
  }
}

type Send = (url: URL, options: RequestOptions, answered: (answer: IncomingMessage) => void) => ClientRequest

function open(
  { server, authorization, impersonation }: Credentials,
  send: Send,
  agent: Agent,
  question: Question,
): Promise<IncomingMessage> {
  const { method, path, body, type = 'application/json', signal, patience = 30_000 } = question
  const text = body === undefined ? undefined : Buffer.from(asciiJson(body))
  return new Promise((resolve, reject) => {
    const request = send(
      new URL(server.pathname.replace(/\/$/, '') + path, server),
      {
        method,
        agent,
        ...(signal === undefined ? {} : { signal }),
        timeout: patience,
        headers: {
          accept: 'application/json',
          'user-agent': 'hop3',
          ...(authorization === undefined ? {} : { authorization }),
          ...impersonation,
          ...(text === undefined ? {} : { 'content-type': type, 'content-length': text.length }),
        },
      },
      resolve,
    )
    request.on('timeout', () => {
      request.destroy(tooLate())
      // Packets that vanish vanish on those that wait, too: whoever asks next begins anew, and finds out sooner. What is on its way has its own limit.
      for (const waiting of Object.values(agent.freeSockets)) for (const socket of waiting ?? []) socket.destroy()
    })
    request.on('socket', (socket) => limitConnecting(request, socket))
    request.on('error', reject)
    request.end(text)
  })
}

/** In the same words wherever it was, so that a way back that fails for the same reason is no error of its own. */
const tooLate = (): Error => new Error('no answer in time')

/** Milliseconds until there is a connection, its TLS included. */
const longestConnecting = 10_000

/** Where packets vanish the kernel would go on for two minutes. */
function limitConnecting(request: ClientRequest, socket: Socket): void {
  if (!socket.connecting) return
  const end = (): void => void request.destroy(tooLate())
  const timer = setTimeout(end, longestConnecting)
  const stop = (): void => clearTimeout(timer)
  socket.once(isSecure(socket) ? 'secureConnect' : 'connect', stop)
  request.once('close', stop)
}

const isSecure = (socket: Socket): boolean => 'encrypted' in socket

/**
 * JSON that is the same read as YAML, which is how the server reads what is applied: raw control characters would be refused, and line ends of
 * Unicode folded. Characters beyond the BMP stay as they are, because YAML knows no surrogate pairs.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\ud7ff\ue000-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

async function readAll(answer: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  return parseJson(text) ?? text
}
