/** Nodes take a moment until they lead to a Service that is new. */
import { connect } from 'node:net'
import type { DeploymentContext, DeploymentInfo, Upstream } from '@hop3/core'

/** Milliseconds. After that whoever makes the route says what is wrong. */
const longestWait = 10_000
const longestConnect = 1_000

/** Resolves when every address takes connections, or when it is not worth waiting any more. */
export async function untilReached({ clock, signal }: Pick<DeploymentContext, 'clock' | 'signal'>, info: DeploymentInfo): Promise<void> {
  const deadline = clock.monotonic() + longestWait
  let left = info.upstreams
  for (;;) {
    const taken = await Promise.all(left.map(takesConnections))
    left = left.filter((_, index) => taken[index] === false)
    if (left.length === 0 || clock.monotonic() >= deadline) return
    await clock.sleep(100, signal)
  }
}

function takesConnections({ address, port }: Upstream): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: port ?? 0, timeout: longestConnect })
    const settle = (isTaken: boolean): void => {
      socket.destroy()
      resolve(isTaken)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(false))
    socket.on('error', () => settle(false))
  })
}
