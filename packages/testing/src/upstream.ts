import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Upstream } from '@hop3/core'
import { onTestFinished } from 'vitest'

/**
 * A server that answers every request with `{ name, method, url, body }`; a path `/slow…` after a second. Listens on a port, or on the
 * socket given. Call it inside a test: it is closed when the test has finished.
 */
export async function startUpstream(name: string, socket?: string): Promise<Upstream> {
  const server = createServer((incoming, response) => void answer(name, incoming, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(socket, resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const address = server.address()
  if (typeof address === 'object' && address !== null) return { address: '127.0.0.1', port: address.port }
  return { address: socket ?? '', port: null }
}

async function answer(name: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const { method, url = '' } = incoming
  if (url.startsWith('/slow')) await new Promise((resolve) => setTimeout(resolve, 1000))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ name, method, url, body: Buffer.concat(chunks).toString() }))
}
