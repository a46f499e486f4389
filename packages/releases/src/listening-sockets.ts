/** Where a process tree listens, read from /proc: tells a worker on the wrong port from one that does not listen at all. Linux only. */
import { readdir, readFile } from 'node:fs/promises'
import { formatSocket, readTcpSockets, socketInodes } from '@hop3/core/processes'

/**
 * The TCP addresses the process and its descendants listen on, as `127.0.0.1:3000` or `[::]:3000`, sorted. Empty when there is none,
 * when the process has gone, and where there is no /proc.
 */
export async function listeningAddresses(pid: number): Promise<readonly string[]> {
  const pids = await processTree(pid)
  const inodes = new Set((await Promise.all(pids.map(socketInodes))).flat())
  if (inodes.size === 0) return []
  // One table serves all: a process tree shares one network namespace unless it goes out of its way.
  const found = (await readTcpSockets('listening', pid)).filter(({ inode }) => inodes.has(inode))
  return [...new Set(found.map(formatSocket))].toSorted()
}

/** The process and all its living descendants. */
export async function processTree(pid: number): Promise<readonly number[]> {
  const children = await childrenOf(pid)
  return [pid, ...(await Promise.all(children.map(processTree))).flat()]
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await list(`/proc/${pid}/task`)
  const lines = await Promise.all(threads.map((thread) => readText(`/proc/${pid}/task/${thread}/children`)))
  return lines.flatMap((line) => line.split(' ').filter(Boolean).map(Number))
}

/** Processes end while they are being looked at: what cannot be read is not there. */
const list = (path: string): Promise<readonly string[]> => readdir(path).catch(() => [])
const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
