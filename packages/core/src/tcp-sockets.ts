/** The sockets the kernel knows, from /proc/net/tcp, udp and their IPv6 kin, see proc_net_tcp(5). Linux only; nowhere else is there any. */
import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'

export interface TcpSocket {
  /** The address of this end in the kernel's hex digits: `0100007F`. See `formatSocket`. */
  readonly address: string
  /** The port of this end. */
  readonly port: number
  /** As in the links below `/proc/<pid>/fd`, see `socketInodes`. */
  readonly inode: string
}

const states = { established: '01', listening: '0A' } as const

/** The sockets in this state that the process sees, in its network namespace. */
export async function readTcpSockets(state: keyof typeof states, pid: number | 'self' = 'self'): Promise<readonly TcpSocket[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')))
  return tables.flatMap((table) => parseTcpSockets(table, state))
}

/** Whether a UDP socket has this port on any address. */
export async function isUdpPortBound(port: number): Promise<boolean> {
  const tables = await Promise.all(['udp', 'udp6'].map((table) => readFile(`/proc/self/net/${table}`, 'utf8').catch(() => '')))
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return tables.some((table) => table.split('\n').some((line) => line.trim().split(/\s+/)[1]?.endsWith(ending) === true))
}

/** Those of one table. Its first line holds titles. */
export function parseTcpSockets(table: string, state: keyof typeof states): readonly TcpSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , found, , , , , , inode] = line.trim().split(/\s+/)
      const [address, port] = local.split(':')
      if (found !== states[state] || address === undefined || port === undefined || inode === undefined) return []
      return [{ address, port: Number.parseInt(port, 16), inode }]
    })
}

/** `127.0.0.1:3000` or `[::]:3000`. */
export function formatSocket({ address, port }: Pick<TcpSocket, 'address' | 'port'>): string {
  const bytes = Buffer.from(address, 'hex')
  // The kernel prints each 32-bit word in the machine's own byte order.
  if (endianness() === 'LE') bytes.swap32()
  return bytes.length === 4 ? `${bytes.join('.')}:${port}` : `[${formatIpv6(bytes)}]:${port}`
}

function formatIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  // WHATWG URLs compress IPv6 addresses as RFC 5952 asks.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}
