/** Connections to whoever listens at a place, each with an end: in time, in length, and where the command is interrupted. */
import { connect, type Socket } from 'node:net'
import type { Upstream } from './deployer.ts'

export interface AskedPlace extends Upstream {
  /** The name it is asked by, for its certificate. */
  readonly host?: string
  readonly isTls?: boolean
}

export interface Bounds {
  /** Milliseconds for all of it. */
  readonly patience: number
  readonly signal?: AbortSignal | undefined
}

/** Longer than any answer that is waited for. */
const longest = 65_536

/** Says `text` and resolves to all that came back when the other side has ended. Throws the system's error, and the signal's reason. */
export async function exchange({ address, port, host = '', isTls = false }: AskedPlace, text: string, bounds: Bounds): Promise<string> {
  // Whose certificate it is does not matter: the answer says who gave it.
  const secure = isTls ? (await import('node:tls')).connect : undefined
  bounds.signal?.throwIfAborted()
  const socket =
    secure && port !== null ? secure({ host: address, port, servername: host, rejectUnauthorized: false }) : plain({ address, port })
  return bounded<string>(socket, bounds, {
    begin(resolve, reject) {
      let answer = ''
      socket.setEncoding('latin1')
      socket.on(isTls ? 'secureConnect' : 'connect', () => void socket.write(text))
      socket.on('data', (data: string) => {
        answer += data
        if (answer.length > longest) reject(new Error(`${named({ address, port })} says more than an answer has`))
      })
      socket.on('close', () => resolve(answer))
    },
    late: (_resolve, reject) => reject(new Error(`${named({ address, port })} did not answer in time`)),
  })
}

/** Throws the system's error when connections are refused there. Who does not answer in time is busy: its queue is full. */
export async function knock(place: Upstream, bounds: Bounds): Promise<void> {
  bounds.signal?.throwIfAborted()
  const socket = plain(place)
  return bounded<void>(socket, bounds, {
    begin: (resolve) => void socket.once('connect', () => resolve()),
    late: (resolve) => resolve(),
  })
}

function plain({ address, port }: Upstream): Socket {
  return port === null ? connect(address) : connect({ host: address, port })
}

function named({ address, port }: Upstream): string {
  return port === null ? address : `${address}:${port}`
}

type Ending<T> = (resolve: (value: T) => void, reject: (error: Error) => void) => void

/** The connection is gone when it has resolved. */
async function bounded<T>(
  socket: Socket,
  { patience, signal }: Bounds,
  { begin, late }: { readonly begin: Ending<T>; readonly late: Ending<T> },
): Promise<T> {
  const over = new AbortController()
  try {
    return await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => late(resolve, reject), patience)
      over.signal.addEventListener('abort', () => clearTimeout(timer))
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: over.signal })
      socket.on('error', reject)
      begin(resolve, reject)
    })
  } finally {
    over.abort()
    socket.destroy()
  }
}
