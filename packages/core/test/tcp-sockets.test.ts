import { once } from 'node:events'
import { endianness } from 'node:os'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { socketInodes } from '../src/process-facts.ts'
import { formatSocket, parseTcpSockets, readTcpSockets } from '../src/tcp-sockets.ts'

test.runIf(process.platform === 'linux')(
  'a socket that listens and one that is connected are found in their states, with their owner',
  async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const at = async (state: 'listening' | 'established') => (await readTcpSockets(state)).filter((one) => one.port === port)
    const [listening, ...others] = await at('listening')
    expect([others, await at('established')]).toEqual([[], []])
    expect(listening && formatSocket(listening)).toBe(`127.0.0.1:${port}`)
    expect(await socketInodes(process.pid)).toContain(listening?.inode)
    const client = connect(port, '127.0.0.1')
    onTestFinished(() => void client.destroy())
    await once(client, 'connect')
    expect(await at('established')).toHaveLength(1)
    // Of all sockets only this one is ours: what else listens on the machine comes and goes between two looks.
    const asSeenBy = await readTcpSockets('listening', process.pid)
    expect(asSeenBy.filter((one) => one.port === port)).toEqual([listening])
  },
)

test('a process that has gone sees no socket', async () => {
  expect(await readTcpSockets('listening', 2 ** 30)).toEqual([])
})

test.runIf(endianness() === 'LE')('a table is read by its columns, titles and torn lines are passed over', () => {
  const table =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n' +
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0\n' +
    '   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0\n' +
    '   2: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4713\n' +
    '   3: 0100007F:1F9'
  expect(parseTcpSockets(table, 'listening').map((one) => [formatSocket(one), one.inode])).toEqual([
    ['127.0.0.1:8080', '4711'],
    ['[::1]:22', '4713'],
  ])
  expect(parseTcpSockets(table, 'established').map(({ inode }) => inode)).toEqual(['4712'])
})
