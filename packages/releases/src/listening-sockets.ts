/** Where a process tree listens, read from /proc: tells a worker on the wrong port from one that does not listen at all. Linux only. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { endianness } from 'node:os'

/**
 * The TCP addresses the process and its descendants listen on, as `127.0.0.1:3000` or `[::]:3000`, sorted. Empty when there is none,
 * when the process has gone, and where there is no /proc.
 */
export async function listeningAddresses(pid: number): Promise<readonly string[]> {
  const pids = await processTree(pid)
  const inodes = new Set((await Promise.all(pids.map(socketInodes))).flat())
  if (inodes.size === 0) return []
  // One table serves all: a process tree shares one network namespace unless it goes out of its way.
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readText(`/proc/${pid}/net/${table}`)))
  const found = tables.flatMap(parseListeners).filter(({ inode }) => inodes.has(inode))
  return [...new Set(found.map(({ address }) => address))].toSorted()
}

/** The process and all its living descendants. */
export async function processTree(pid: number): Promise<readonly number[]> {
  const children = await childrenOf(pid)
  return [pid, ...(await Promise.all(children.map(processTree))).flat()]
}

interface Listener {
  readonly address: string
  readonly inode: string
}

/** The listening sockets of a /proc/net/tcp or tcp6 table (proc_net_tcp(5)). */
export function parseListeners(table: string): readonly Listener[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      return state === '0A' && local !== undefined && inode !== undefined ? [{ address: parseAddress(local), inode }] : []
    })
}

function parseAddress(local: string): string {
  const [hex = '', port = ''] = local.split(':')
  const bytes = Buffer.from(hex, 'hex')
  // The kernel prints each 32-bit word in the machine's own byte order.
  if (endianness() === 'LE') bytes.swap32()
  const number = Number.parseInt(port, 16)
  return bytes.length === 4 ? `${bytes.join('.')}:${number}` : `[${formatIpv6(bytes)}]:${number}`
}

function formatIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  // WHATWG URLs compress IPv6 addresses as RFC 5952 asks.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await list(`/proc/${pid}/task`)
  const lines = await Promise.all(threads.map((thread) => readText(`/proc/${pid}/task/${thread}/children`)))
  return lines.flatMap((line) => line.split(' ').filter(Boolean).map(Number))
}

async function socketInodes(pid: number): Promise<readonly string[]> {
  const descriptors = await list(`/proc/${pid}/fd`)
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

/** Processes end while they are being looked at: what cannot be read is not there. */
const list = (path: string): Promise<readonly string[]> => readdir(path).catch(() => [])
const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
