import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A connection a test writes to itself, and all that came back on it so far. */
export function openRaw(port: number, text: string): { readonly socket: Socket; readonly seen: () => string } {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let seen = ''
  socket.on('data', (data) => (seen += String(data)))
  socket.on('error', () => {})
  socket.write(text)
  return { socket, seen: () => seen }
}

/** What came back on a connection of its own until it ended, one character for each byte; empty where it was reset. */
export function exchangeRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let seen = ''
    socket.setEncoding('latin1').on('data', (data: string) => (seen += data))
    socket.on('error', () => {})
    socket.once('close', () => resolve(seen))
    socket.setTimeout(10_000, () => socket.destroy())
    // Not ended: who stops talking is taken for one who has gone.
    socket.write(text, 'latin1')
  })
}

/** The request that makes a connection a WebSocket. */
export const upgradeRequest =
  'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
