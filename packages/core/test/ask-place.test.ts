/** What is asked of a place ends, whoever listens there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { exchange, knock } from '../src/ask-place.ts'

async function listening(answer: (socket: Socket) => void) {
  const server = createServer((socket) => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  return { address: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 }
}

test('a peer that trickles, and one that says too much', async () => {
  const trickling = await listening((socket) => {
    const timer = setInterval(() => socket.write('x'), 5)
    socket.on('close', () => clearInterval(timer))
  })
  await expect(exchange(trickling, 'x', { patience: 100 })).rejects.toThrow('did not answer in time')
  const endless = await listening((socket) => void socket.write('x'.repeat(100_000)))
  await expect(exchange(endless, 'x', { patience: 60_000 })).rejects.toThrow('says more')
})

test('an interrupted command waits for nobody', async () => {
  const silent = await listening(() => {})
  const reason = new Error('interrupted')
  await expect(exchange(silent, 'x', { patience: 60_000, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const later = new AbortController()
  const asked = exchange(silent, 'x', { patience: 60_000, signal: later.signal })
  later.abort(reason)
  await expect(asked).rejects.toBe(reason)
})

test.runIf(process.platform === 'linux')('who refuses is gone, who has a full queue is busy', { timeout: 30_000 }, async () => {
  const gone = await listening(() => {})
  const script = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [data]: unknown[] = await once(child.stdout, 'data')
  const busy = { address: '127.0.0.1', port: Number(String(data)) }
  child.kill('SIGSTOP')
  const waiting = Array.from({ length: 8 }, () => connect({ host: busy.address, port: busy.port }).on('error', () => {}))
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy()
  })
  // It does not take all of them: the queue is full.
  await expect.poll(() => waiting.filter((socket) => !socket.connecting).length).toBeGreaterThan(0)
  await knock(busy, { patience: 200 })
  await expect(exchange(busy, 'x', { patience: 200 })).rejects.toThrow('did not answer in time')
  await expect(knock({ ...gone, port: 1 }, { patience: 60_000 })).rejects.toThrow('ECONNREFUSED')
})
