import { Agent, request as httpRequest } from 'node:http'
import type { Server } from 'node:http'
import { expect, it } from 'vitest'
import { onEnd, startProxy, startUpstream, to } from './harness.ts'

it('loses no request of clients that never stop while the table changes 20 times and old workers end', { timeout: 30_000 }, async () => {
  const start = async (name: string) => {
    const upstream = await startUpstream((request, response) => {
      const answer = (): void => void response.end(name)
      if (request.url === '/slow') setTimeout(answer, 120)
      else request.resume().on('end', answer)
    })
    upstream.server.keepAliveTimeout = 50 // closes idle connections all the time
    return upstream
  }
  let current = await start('0')
  const proxy = await startProxy(to(current.port))
  const failures: string[] = []
  let done = 0
  const state = { stopped: false }
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  onEnd(() => agent.destroy())
  const ask = (kept: boolean, method: string, path: string, body?: Buffer): Promise<void> =>
    new Promise((resolve) => {
      const outgoing = httpRequest({ port: proxy.appPort, host: '127.0.0.1', method, path, agent: kept ? agent : false }, (response) => {
        let text = ''
        response.on('data', (data) => (text += String(data)))
        response.on('error', (error) => failures.push(`${method} ${path}: ${error.message}`))
        response.on('close', () => {
          done++
          if (response.statusCode !== 200 || !/^\d+$/.test(text)) failures.push(`${method} ${path}: ${response.statusCode} ${text}`)
          resolve()
        })
      })
      outgoing.on('error', (error) => {
        failures.push(`${method} ${path}: ${error.message}`)
        resolve()
      })
      outgoing.end(body)
    })
  const client = async (each: () => Promise<void>): Promise<void> => {
    while (!state.stopped) await each()
  }
  const upload = Buffer.alloc(300_000)
  const clients = [
    ...[1, 2, 3].map(() => client(() => ask(true, 'GET', '/'))),
    ...[1, 2].map(() => client(() => ask(false, 'GET', '/'))),
    client(() => ask(true, 'POST', '/', upload)),
    client(() => ask(false, 'PUT', '/', upload)),
    ...[1, 2].map(() => client(() => ask(true, 'GET', '/slow'))),
    ...[1, 2].map(() => client(() => ask(false, 'POST', '/slow', Buffer.from('x')))),
  ]
  const ended: Promise<unknown>[] = []
  for (let round = 1; round <= 20; round++) {
    const old = current
    current = await start(String(round))
    await proxy.put({ ...to(current.port), release: `r0000${round}-00000000` })
    ended.push(endGracefully(old.server))
    await new Promise((resolve) => void setTimeout(resolve, 100))
  }
  state.stopped = true
  await Promise.all([...clients, ...ended])
  expect(failures).toEqual([])
  expect(done).toBeGreaterThan(500)
})

/** What a worker does on SIGTERM: takes no more connections, closes idle ones, finishes what it has. */
function endGracefully(server: Server): Promise<unknown> {
  return new Promise((resolve) => void server.close(resolve))
}
