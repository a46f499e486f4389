import { expect, it } from 'vitest'
import { bodyOf, exchange, get, headerOf, startProxy, statusOf } from './harness.ts'

it('takes in a body before it sends the page, on a connection that ends with it', async () => {
  const proxy = await startProxy({ maintenance: 'back soon' })
  const answer = await exchange(
    proxy.port,
    get('/', ['Content-Length: 20000000'], 'PUT'),
    (socket) => void socket.write(Buffer.alloc(20_000_000)),
  )
  expect([statusOf(answer), bodyOf(answer), answer.reset]).toEqual([503, 'back soon', false])
})

it('calls for no body that waits to be called for, and takes nothing that comes then for a request', async () => {
  const proxy = await startProxy({ maintenance: 'back soon' })
  const head = 'POST / HTTP/1.1\r\nHost: blog.localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n'
  const answer = await exchange(proxy.port, head)
  expect([statusOf(answer), bodyOf(answer), headerOf(answer, 'connection')]).toEqual([503, 'back soon', 'close'])
})

it('ends a connection whose client stops sending', async () => {
  const proxy = await startProxy({ maintenance: 'back soon' }, { bodyIdleTimeout: 200 })
  expect((await exchange(proxy.port, get('/', ['Content-Length: 20'], 'PUT'))).text).toBe('')
})
