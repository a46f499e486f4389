/** Moves the listening sockets from a server to the one that replaces it: no connection is refused in between. */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Server as NetServer, Socket } from 'node:net'
import type { ControlAnswer, ControlRequest } from '../control-protocol.ts'
import type { Listeners } from './listeners.ts'

/** What passes between the two; a port of null is the common one. */
type HandOverMessage =
  /** The new server listens for messages. Before that Node would accept connections on a socket nobody has taken. */
  | { readonly hop3: 'waiting' }
  | { readonly hop3: 'handle'; readonly port: number | null }
  | { readonly hop3: 'all' }
  | { readonly hop3: 'ready' }

const readyWithin = 10_000

/** Starts the new server and gives it the sockets. Resolves once it serves; `releaseControl` is called before it takes the control socket. */
export async function handOver(
  request: Extract<ControlRequest, { do: 'replace' }>,
  listeners: Listeners,
  releaseControl: () => Promise<void>,
): Promise<ControlAnswer> {
  const child = spawn(request.file, [...request.args], {
    cwd: '/',
    env: { ...request.env },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ready = new Promise<ControlAnswer>((resolve) => {
    const fail = (message: string): void => {
      clearTimeout(timer)
      resolve({ ok: false, problem: 'failed', message })
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('the new server did not start in time')
    }, readyWithin)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`the new server ended with code ${code}`))
    child.on('message', (message: HandOverMessage) => {
      if (message.hop3 === 'waiting') void releaseControl().then(() => sendHandles(child, listeners, request.sameAddress))
      if (message.hop3 !== 'ready') return
      clearTimeout(timer)
      resolve({ ok: true, apps: {}, pid: child.pid ?? 0 })
    })
  })
  const answer = await ready
  if (child.connected) child.disconnect()
  child.unref()
  return answer
}

function sendHandles(child: ChildProcess, listeners: Listeners, sameAddress: boolean): void {
  for (const [port, server] of listeners.handles()) {
    if (port === undefined && !sameAddress) continue
    child.send({ hop3: 'handle', port: port ?? null } satisfies HandOverMessage, server)
  }
  child.send({ hop3: 'all' } satisfies HandOverMessage)
}

/** A listening socket from another process. Node accepts on it from the moment it arrives: what it accepts is kept for whoever takes over. */
export interface InheritedSocket {
  readonly server: NetServer
  readonly accepted: Socket[]
}

export type InheritedSockets = ReadonlyMap<number | undefined, InheritedSocket>

/** In the new server: the sockets handed to it, by port. */
export function receiveHandles(): Promise<InheritedSockets> {
  const handles = new Map<number | undefined, InheritedSocket>()
  if (process.send === undefined) return Promise.resolve(handles)
  return new Promise((resolve, reject) => {
    process.once('disconnect', () => reject(new Error('the old server ended while it handed over')))
    process.on('message', (message: HandOverMessage, handle: NetServer | undefined) => {
      if (message.hop3 === 'handle' && handle !== undefined) handles.set(message.port ?? undefined, keepAccepted(handle))
      if (message.hop3 !== 'all') return
      process.removeAllListeners('disconnect')
      resolve(handles)
    })
    process.send?.({ hop3: 'waiting' } satisfies HandOverMessage)
  })
}

function keepAccepted(server: NetServer): InheritedSocket {
  const accepted: Socket[] = []
  server.on('connection', (socket) => accepted.push(socket))
  return { server, accepted }
}

/** Tells the old server that this one serves. */
export function reportReady(): void {
  if (process.send === undefined) return
  process.send({ hop3: 'ready' } satisfies HandOverMessage)
  process.removeAllListeners('message')
  process.disconnect()
}
