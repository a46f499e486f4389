import type { Host } from '@hop3/core'
import { ownProxies } from '../own-proxy.ts'
import type { Finding } from './finding.ts'

/** Whether the address of all apps is free, or ours already. */
export async function checkListen(host: Host): Promise<Finding> {
  const { home, listen } = host
  const address = `${listen.address}:${listen.port}`
  const problem = await cannotListen(listen)
  if (problem === undefined) return { check: 'port', state: 'ok', seen: `${address} is free` }
  const proxy = (await ownProxies(host)).find(({ port }) => port === listen.port)
  if (problem === 'EADDRINUSE' && proxy !== undefined)
    return { check: 'port', state: 'ok', seen: `${address} is in use by this home's proxy (pid ${proxy.pid})` }
  const states = await Promise.all(
    (await home.apps()).map((name) =>
      home
        .app(name)
        .readState()
        .catch(() => undefined),
    ),
  )
  const isServing = states.some((state) => state !== undefined && !state.stopped && state.proxy !== null)
  if (problem === 'EADDRINUSE' && isServing)
    return { check: 'port', state: 'ok', seen: `${address} is in use, and apps are being served here` }
  const seen = problem === 'EADDRINUSE' ? `${address} is taken by another program` : `${address} cannot be listened on (${problem})`
  return { check: 'port', state: 'problem', seen, fix: 'export HOP3_LISTEN=127.0.0.1:8081' }
}

async function cannotListen({ address, port }: Host['listen']): Promise<string | undefined> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, address, () => server.close(() => resolve(undefined)))
  })
}
