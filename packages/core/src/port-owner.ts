/** Names who listens on a port, where the system says it. */
import { readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { hop3Error, type Hop3Error } from './errors.ts'
import { processIds, socketInodes } from './process-facts.ts'
import type { ProxyContext } from './proxy.ts'
import { readTcpSockets } from './tcp-sockets.ts'

/** The error for a port somebody else has. */
export async function portTaken(
  { listen }: Pick<ProxyContext, 'listen'>,
  { address, port, message }: { readonly address: string; readonly port: number; readonly message: string },
): Promise<Hop3Error> {
  const owner = await portOwner(port)
  const who = owner === undefined ? 'another program (of another user, or one that cannot be named)' : `${owner.command} (pid ${owner.pid})`
  const common = port === listen.port && address === listen.address
  const seen = message.includes('EADDRINUSE') ? `${who} listens on it` : message
  return hop3Error('deploy.proxy.port-taken', `The proxy cannot listen on ${address}:${port}: ${seen}.`, {
    hint: common
      ? `End it, or choose another port for all apps: HOP3_LISTEN=${address}:${port + 1} hop3 deploy`
      : `End it, then deploy again: ${port} is this app's own port on this host.`,
    details: { address, port, ...(owner && { pid: owner.pid, command: owner.command }) },
    class: 'environment',
  })
}

export interface PortOwner {
  readonly pid: number
  readonly command: string
}

/** The process that listens on a TCP port; undefined when it belongs to another user, or the system has no `/proc`. */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  const inodes = new Set((await readTcpSockets('listening')).flatMap((one) => (one.port === port ? [one.inode] : [])))
  if (inodes.size === 0) return undefined
  for (const pid of await processIds()) {
    if ((await socketInodes(pid)).some((inode) => inodes.has(inode))) return { pid, command: await commandOf(pid) }
  }
  return undefined
}

/** By the program's file: threads name themselves as they like, and Node's first one calls itself MainThread. */
async function commandOf(pid: number): Promise<string> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
  return program === ''
    ? (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim()
    : basename(program.replace(/ \(deleted\)$/, ''))
}
