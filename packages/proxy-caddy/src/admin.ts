/** Caddy's administration, over its unix socket. */
import { hop3Error, nodeHttp } from '@hop3/core'
import type { IncomingMessage } from 'node:http'
import { adminHost } from './caddy-config.ts'

const patience = 15_000

/** Replaces the whole configuration, if it is the one with this tag. Caddy goes on with the one before when it cannot. Throws `deploy.proxy.config`. */
export async function loadConfig(socket: string, config: string, tag: string, log: string): Promise<void> {
  const { status, body } = await ask(socket, 'POST', { 'If-Match': tag }, config).catch((error: unknown) => unreachable(error, log))
  if (status === 200) return
  throw hop3Error('deploy.proxy.config', `Caddy refuses the configuration: ${problemIn(body)}.`, {
    hint: `What served before goes on. Its log says more: tail ${log}`,
    details: { status },
  })
}

/** The tag of the configuration Caddy has. Throws `deploy.proxy.reload` where nobody answers. */
export async function configTag(socket: string, log: string): Promise<string> {
  const { tag } = await ask(socket, 'GET', {}, undefined).catch((error: unknown) => unreachable(error, log))
  return tag
}

function unreachable(error: unknown, log: string): never {
  const saw = error instanceof Error ? error.message : String(error)
  throw hop3Error('deploy.proxy.reload', `Cannot talk to Caddy: ${saw}.`, {
    hint: `What served before goes on. Its log says more: tail ${log}`,
    cause: error,
    class: 'retry',
  })
}

function problemIn(body: string): string {
  return /"error":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.trim()
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly tag: string
}

function ask(socketPath: string, method: string, headers: Readonly<Record<string, string>>, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path: '/config/',
      method,
      headers: { Host: adminHost, 'Content-Type': 'application/json', ...headers },
      timeout: patience,
    }
    const outgoing = nodeHttp().request({ ...options, agent: false }, (incoming) => void read(incoming).then(resolve, reject))
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function read(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) if (chunk instanceof Buffer) chunks.push(chunk)
  // Only known once all of it was sent.
  return {
    status: incoming.statusCode ?? 0,
    body: Buffer.concat(chunks).toString(),
    tag: incoming.trailers['etag'] ?? incoming.headers.etag ?? '',
  }
}
