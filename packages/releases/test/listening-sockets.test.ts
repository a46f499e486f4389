import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { listeningAddresses, processTree } from '@hop3/releases'
import { expect, onTestFinished, test } from 'vitest'

const listener = `
  const server = require('node:net').createServer()
  server.listen(0, process.argv[1], () => console.log(process.pid, server.address().port))`

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['::1', '[::1]'],
  ['::', '[::]'],
])('finds a grandchild that listens on %s', async (address, shown) => {
  const { shell, pid, port } = await listenInGrandchild(address)
  expect(await processTree(shell)).toEqual([shell, pid])
  expect(await listeningAddresses(shell)).toEqual([`${shown}:${port}`])
})

test('a process that has gone listens nowhere', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(await listeningAddresses(child.pid ?? 0)).toEqual([])
})

async function listenInGrandchild(address: string): Promise<{ shell: number; pid: number; port: number }> {
  const child = spawn('sh', ['-c', '"$@" & wait', 'sh', process.execPath, '-e', listener, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const shell = child.pid ?? 0
  onTestFinished(() => void process.kill(-shell, 'SIGKILL'))
  const [line] = await once(createInterface(child.stdout), 'line')
  const [pid = 0, port = 0] = String(line).split(' ').map(Number)
  return { shell, pid, port }
}
