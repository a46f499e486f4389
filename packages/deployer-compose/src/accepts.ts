import { connect } from 'node:net'

/**
 * Whether something in the container takes a connection. The engine's proxy accepts every connection to a published port and closes it again
 * when nobody listens behind: one that stays open for a moment, or that something is said on, is taken.
 */
export function acceptsConnection(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (result: boolean): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve(result)
    }
    let limit = setTimeout(() => settle(false), longestConnect)
    socket.once('connect', () => {
      clearTimeout(limit)
      limit = setTimeout(() => settle(true), holds)
    })
    socket.once('data', () => settle(true))
    socket.on('end', () => settle(false))
    socket.on('close', () => settle(false))
    socket.on('error', () => settle(false))
  })
}

const longestConnect = 5_000
/** Milliseconds; the proxy's own connection takes less than one. */
const holds = 60
