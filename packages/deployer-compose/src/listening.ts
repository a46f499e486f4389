/** Where processes of a container listen, as the kernel of this host tells it; empty for an engine on another host. */
import { readFile } from 'node:fs/promises'
import { formatSocket, readTcpSockets } from '@hop3/core/processes'

export interface ListeningSocket {
  readonly port: number
  /** Nobody outside of the container reaches it. */
  readonly isLoopback: boolean
  /** `127.0.0.1:3000`. */
  readonly text: string
}

export async function listeningIn(pid: number): Promise<readonly ListeningSocket[]> {
  if (pid === 0) return []
  const sockets = (await readTcpSockets('listening', pid)).map((socket) => ({ port: socket.port, text: formatSocket(socket) }))
  const unique = [...new Map(sockets.map((one) => [one.text, one])).values()]
  return (
    unique
      // The engine's own name server in every container of a network.
      .filter(({ text }) => !text.startsWith('127.0.0.11:'))
      .map((one) => ({ ...one, isLoopback: one.text.startsWith('127.') || one.text.startsWith('[::1]:') }))
      .toSorted((one, other) => (one.text < other.text ? -1 : 1))
  )
}

/** What the kernel knows of a port that others can reach: `unknown` where it sees nothing of what the container does. */
export async function seesListening(
  { pid, id }: { readonly pid: number; readonly id: string },
  port: number,
): Promise<boolean | 'unknown'> {
  const sockets = await listeningIn(pid)
  if (sockets.some((one) => one.port === port && !one.isLoopback)) return true
  // An engine in a machine of its own counts its processes itself: that number may be another one's here.
  const isOurs = sockets.length > 0 && (await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).includes(id)
  return isOurs ? false : 'unknown'
}
