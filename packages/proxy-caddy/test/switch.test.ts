import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isSkipped, need } from './programs.ts'
import { ask, askedAlong, stage, upstream } from './stage.ts'

describe.skipIf(isSkipped)(`a switch${need}`, { timeout: 60_000 }, () => {
  test('loses no request of clients that keep their connections and of those that do not', async () => {
    const { proxy, route, context } = await stage()
    const ends = [await upstream((_request, response) => response.end('even')), await upstream((_request, response) => response.end('odd'))]
    const move = async (turn: number): Promise<string> =>
      proxy.apply(await route({ release: `r0000${turn + 10}-1f3a9c2e`, upstreams: ends.filter((_, index) => index === turn % 2) }))
    await move(0)
    const { asked, failures } = await askedAlong(context.listen.port, async () => {
      for (let turn = 1; turn <= 20; turn++) {
        await move(turn)
        await sleep(50)
      }
    })
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(500)
  })

  test('lets a long answer and a WebSocket go on, each on the instance it began with', async () => {
    const { proxy, route, context } = await stage()
    const old = await upstream((_request, response) => void setTimeout(() => response.end('old'), 1500))
    old.server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      socket.on('data', (data) => socket.write(`old ${String(data)}`))
      socket.on('error', () => {})
      onTestFinished(() => void socket.destroy())
    })
    await proxy.apply(await route({ upstreams: [old] }))
    const socket = connect(context.listen.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    let text = ''
    socket.on('data', (data) => (text += String(data)))
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n')
    await expect.poll(() => text).toContain('101 Switching')
    const slow = ask(context.listen.port)
    await sleep(100)
    await proxy.apply(
      await route({ release: 'r000002-1f3a9c2e', upstreams: [await upstream((_request, response) => response.end('new'))] }),
    )
    expect((await ask(context.listen.port)).body).toBe('new')
    expect((await slow).body).toBe('old')
    socket.write('still there?')
    await expect.poll(() => text).toContain('old still there?')
  })
})
