/** Whether anybody is connected to an instance, as the kernel sees it. Linux only; nowhere else is anybody. */
import { readFile } from 'node:fs/promises'
import { readTcpSockets } from '@hop3/core/processes'
import type { InstanceRecord } from './instance-record.ts'

export async function isConnected({ port, socket }: Pick<InstanceRecord, 'port' | 'socket'>): Promise<boolean> {
  if (port !== null && (await readTcpSockets('established')).some((one) => one.port === port)) return true
  if (socket === null) return false
  const unix = await readFile('/proc/net/unix', 'utf8').catch(() => '')
  return unix.split('\n').some((line) => isToSocket(line, socket))
}

/** proc_net_unix: the accepted end bears the listener's path; state 03 is CONNECTED. */
function isToSocket(line: string, path: string): boolean {
  const found = /^\S+: \S+ \S+ \S+ \S+ (\S+) +\d+ (.*)$/.exec(line)
  return found?.[1] === '03' && found[2] === path
}
