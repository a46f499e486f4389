/** The bytes of a WebSocket, in both directions, until one side ends it or its upstream is to go. */
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { Stream } from '../upstream/pool.ts'
import { createFrameReader, serviceRestart } from './web-socket-frames.ts'

/**
 * Joins the two after the handshake; `rest` is what the upstream has sent already. `end` says goodbye to the client between two frames of the
 * upstream's, with 1012: its answer ends the upstream. Whoever does not go along is cut off after `closeTimeout` milliseconds.
 */
export function joinWebSocket(client: Duplex, upstream: Socket, rest: Buffer, closeTimeout: number): Stream {
  const frames = createFrameReader()
  let state: 'open' | 'ending' | 'ended' = 'open'

  const sayGoodbye = (): void => {
    state = 'ended'
    if (!frames.hasClosed()) client.write(serviceRestart)
  }
  const passOn = (data: Buffer): void => {
    // After a close frame nothing may follow: what the upstream still says goes nowhere.
    if (state === 'ended') return
    const firstEnd = frames.read(data)
    const all = state === 'open' || firstEnd === -1
    if (!client.write(all ? data : data.subarray(0, firstEnd))) upstream.pause()
    if (!all) sayGoodbye()
  }
  const cutOffLater = (): void => {
    const timer = setTimeout(() => {
      client.destroy()
      upstream.destroy()
    }, closeTimeout).unref()
    client.once('close', () => clearTimeout(timer))
  }

  if (rest.length > 0) passOn(rest)
  upstream.on('data', passOn)
  client.on('drain', () => upstream.resume())
  client.pipe(upstream)
  upstream.on('error', () => client.destroy())
  upstream.on('close', () => {
    // Not before it has been given what is left for it.
    client.end(() => client.destroy())
    cutOffLater()
  })
  client.on('close', () => upstream.destroy())

  return {
    end() {
      if (state !== 'open') return
      state = 'ending'
      if (frames.isBetween()) sayGoodbye()
      cutOffLater()
    },
  }
}
