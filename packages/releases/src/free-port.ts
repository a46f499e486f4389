/** Whether a port is free, found by taking it. Loaded when a port is wanted, because `node:net` costs start-up time. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { isUdpPortBound, readTcpSockets } from '@hop3/core/processes'

export type Protocol = 'tcp' | 'udp'

/** A port this user may not take at all (below 1024) is free when nobody is seen to have it. */
export async function isFree(address: string, port: number, protocol: Protocol): Promise<boolean> {
  const result = await (protocol === 'udp' ? tryToBind(address, port) : tryToListen(address, port))
  if (result === undefined) return true
  if (result.code === 'EADDRINUSE') return false
  if (result.code !== 'EACCES') throw result
  if (protocol === 'udp') return !(await isUdpPortBound(port))
  return !(await readTcpSockets('listening')).some((one) => one.port === port)
}

function tryToListen(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

function tryToBind(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => socket.close(() => resolve(error)))
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)))
  })
}
