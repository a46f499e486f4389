/** Whether a TCP port is free, found by listening on it. Loaded when a port is wanted, because `node:net` costs start-up time. */
import { createServer } from 'node:net'
import { readTcpSockets } from '@hop3/core/processes'

/** A port this user may not listen on at all (below 1024) is free when nobody is seen to listen there. */
export async function isFree(address: string, port: number): Promise<boolean> {
  const result = await tryToListen(address, port)
  if (result === undefined) return true
  if (result.code === 'EADDRINUSE') return false
  if (result.code !== 'EACCES') throw result
  return !(await readTcpSockets('listening')).some((one) => one.port === port)
}

function tryToListen(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
