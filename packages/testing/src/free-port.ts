import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A TCP port that nobody listens on at 127.0.0.1: of 10000 to 19999. The system gives those it is asked for out of the ports of outgoing connections, of
 * which tests that run at the same time take hundreds a second; apps get theirs from above 20000.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(10_000, 20_000)
    if (await isFree(port)) return port
  }
  throw new Error('100 ports from 10000 to 19999 are taken.')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
