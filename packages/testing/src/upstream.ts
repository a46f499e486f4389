import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Upstream } from '@hop3/core'
import { onTestFinished } from 'vitest'

/**
 * A server that answers every request with `{ name, method, url, body }`; a path `/slow…` after a second. Listens on a port, or on the
 * socket given. Call it inside a test: it is closed when the test has finished.
 */
export async function startUpstream(name: string, socket?: string): Promise<Upstream> {
  return (await serveHttp((incoming, response) => void answer(name, incoming, response), socket)).upstream
}

/** The same with an answer of the test's own. */
export async function serveHttp(
  listener: RequestListener,
  socket?: string,
): Promise<{ readonly upstream: Upstream; readonly server: Server }> {
  const server = createServer(listener)
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
  if (typeof address === 'object' && address !== null) return { upstream: { address: '127.0.0.1', port: address.port }, server }
  return { upstream: { address: socket ?? '', port: null }, server }
}

async function answer(name: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const { method, url = '' } = incoming
  if (url.startsWith('/slow')) await new Promise((resolve) => setTimeout(resolve, 1000))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ name, method, url, body: Buffer.concat(chunks).toString() }))
}
