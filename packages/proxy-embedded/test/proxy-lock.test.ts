import { createLog, createRun, systemClock, type ProxyContext } from '@hop3/core'
import { identifySelf } from '@hop3/core/processes'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withProxyLock } from '@hop3/core/routes'
import { serverPaths, type ServerPaths } from '../src/server-paths.ts'
import { temporaryDirectory, until, writeTree } from './harness.ts'

async function prepare(
  change: Partial<ProxyContext> = {},
): Promise<{ paths: ServerPaths; lock: string; locked: <T>(work: () => Promise<T>) => Promise<T> }> {
  const home = await temporaryDirectory()
  const directories = { home, run: join(home, 'run'), logs: join(home, 'logs') }
  const paths = serverPaths(directories)
  const log = createLog({ sink: () => {}, clock: systemClock })
  const context: ProxyContext = {
    directories,
    listen: { address: '127.0.0.1', port: 1 },
    env: {},
    log,
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
    ...change,
  }
  return {
    paths,
    lock: join(paths.directory, 'lock'),
    locked: (work) => withProxyLock(context, join(paths.directory, 'lock'), work),
  }
}

async function holder(change: { started?: string } = {}): Promise<string> {
  const self = await identifySelf()
  return JSON.stringify({ ...self, operation: 'change', since: new Date(0).toISOString(), token: '0123456789abcdef', ...change })
}

for (const [name, left] of [
  ['nothing', undefined],
  ['the lock of a process that died', await holder({ started: '1' })],
  ['half a lock', '{"pid":'],
] as const) {
  it(`lets one at a time work where it finds ${name}, and leaves nothing behind`, async () => {
    const { paths, locked } = await prepare()
    await writeTree(paths.directory, left === undefined ? {} : { lock: left })
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => void setTimeout(resolve, 10))
      inside--
    }
    await Promise.all(Array.from({ length: 8 }, () => locked(work)))
    expect(most).toBe(1)
    expect(await readdir(paths.directory)).toEqual([])
  })
}

it('is given back when the work fails', async () => {
  const { locked } = await prepare()
  await expect(locked(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await locked(async () => 'done')).toBe('done')
})

it('waits for a living holder, and says who it is when that takes too long', async () => {
  let now = 0
  const { paths, lock, locked } = await prepare({ clock: { ...systemClock, monotonic: () => now } })
  await writeTree(paths.directory, { lock: await holder() })
  let polled = false
  setTimeout(() => (polled = true), 100)
  const waiting = locked(async () => 'done')
  await until(() => polled)
  now = 100_000
  await expect(waiting).rejects.toMatchObject({
    code: 'deploy.proxy.start',
    message: expect.stringContaining(`another command (pid ${process.pid})`),
  })
  await writeFile(lock, await holder({ started: '1' }))
  expect(await locked(async () => 'done')).toBe('done')
})

it('ends with the signal', async () => {
  const abort = new AbortController()
  const { paths, locked } = await prepare({ signal: abort.signal })
  await writeTree(paths.directory, { lock: await holder() })
  const waiting = locked(async () => 'done')
  abort.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})
