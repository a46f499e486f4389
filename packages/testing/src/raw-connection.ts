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

/** The request that makes a connection a WebSocket. */
export const upgradeRequest =
  'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
