/**
 * A port that was found free, between then and the moment something listens on it: another home could find it free as well, and one of two apps
 * would answer for both. Who claims it listens at a name in the kernel that all homes of the host share, which goes with the process.
 */
import { createServer } from 'node:net'
import { systemCode } from '@hop3/core/files'

/** Milliseconds: longer than it takes from here until a worker listens, however slowly it starts. */
const longest = 300_000

/** Which home of this process has which. */
const claims = new Map<number, string>()

/** Whether nobody else of this host is about to use it. Linux only; elsewhere it always is so. */
export async function claimPort(home: string, port: number): Promise<boolean> {
  const holder = claims.get(port)
  if (holder !== undefined || process.platform !== 'linux') return holder === undefined || holder === home
  const server = createServer((socket) => socket.destroy())
  const isMine = await new Promise<boolean>((resolve) => {
    // A kernel without such names cannot tell, and is no reason to deploy nothing.
    server.once('error', (error) => resolve(systemCode(error) !== 'EADDRINUSE'))
    server.listen({ path: `\0hop3-port-${port}` }, () => resolve(true))
  })
  if (!isMine) return false
  claims.set(port, home)
  // Neither keeps a command from ending.
  server.unref()
  setTimeout(() => {
    claims.delete(port)
    server.close()
  }, longest).unref()
  return true
}
