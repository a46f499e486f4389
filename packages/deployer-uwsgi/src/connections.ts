/** Whether anybody is connected to an instance, as the kernel sees it. Linux only; nowhere else is anybody. */
import { readFile } from 'node:fs/promises'
import type { InstanceRecord } from './instance-record.ts'

export async function isConnected({ port, socket }: Pick<InstanceRecord, 'port' | 'socket'>): Promise<boolean> {
  const [tcp, tcp6, unix] = await Promise.all(
    ['tcp', 'tcp6', 'unix'].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  )
  return (
    (port !== null && `${tcp}\n${tcp6}`.split('\n').some((line) => isToPort(line, port))) ||
    (socket !== null && (unix ?? '').split('\n').some((line) => isToSocket(line, socket)))
  )
}

/** proc_net_tcp(5): local address and port in hex, state 01 is ESTABLISHED. */
function isToPort(line: string, port: number): boolean {
  const [, local = '', , state] = line.trim().split(/\s+/)
  return state === '01' && Number.parseInt(local.split(':')[1] ?? '', 16) === port
}

/** proc_net_unix: the accepted end bears the listener's path; state 03 is CONNECTED. */
function isToSocket(line: string, path: string): boolean {
  const found = /^\S+: \S+ \S+ \S+ \S+ (\S+) +\d+ (.*)$/.exec(line)
  return found?.[1] === '03' && found[2] === path
}
