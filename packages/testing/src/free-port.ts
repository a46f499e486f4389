import { randomInt } from 'node:crypto'
import { createServer, type ListenOptions } from 'node:net'

/**
 * A TCP port that nobody listens on at 127.0.0.1, and that no other process is given while this one runs: of 10000 to 19999. The system gives those it
 * is asked for out of the ports of outgoing connections, of which tests that run at the same time take hundreds a second; apps get theirs from
 * above 20000.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(10_000, 20_000)
    if ((await claim(port)) && (await isFree(port))) return port
  }
  throw new Error('100 ports from 10000 to 19999 are taken.')
}

/** By a socket with an abstract name, which goes with the process that has it and leaves no file. */
function claim(port: number): Promise<boolean> {
  return canListen({ path: `\0hop3-test-port-${port}` }, 'until this process ends')
}

function isFree(port: number): Promise<boolean> {
  return canListen({ host: '127.0.0.1', port }, 'for a moment')
}

function canListen(where: ListenOptions, howLong: 'for a moment' | 'until this process ends'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(where, () => {
      if (howLong === 'for a moment') server.close(() => resolve(true))
      else resolve(server.unref().listening)
    })
  })
}
