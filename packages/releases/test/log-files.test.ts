import { appendFile, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { followLogs, readLogs, type FollowRequest } from '@hop3/releases'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempDirectory } from './temp-home.ts'

describe('readLogs', () => {
  test('gives the last lines of each worker, by worker and ordinal', async () => {
    const directory = await tempDirectory()
    await writeFile(join(directory, 'web.2.log'), 'c\n')
    await writeFile(join(directory, 'web.10.log'), 'd\r\nunfinished')
    await writeFile(join(directory, 'my.worker.1.log'), 'a\nb\n')
    await writeFile(join(directory, 'other.txt'), 'x\n')
    const read = await readLogs({ directory, lines: 2 })
    expect(read.map(({ worker, ordinal, lines }) => [worker, ordinal, ...lines])).toEqual([
      ['my.worker', 1, 'a', 'b'],
      ['web', 2, 'c'],
      ['web', 10, 'd', 'unfinished'],
    ])
    expect((await readLogs({ directory, worker: 'web', ordinal: 2, lines: 9 })).map(({ lines }) => lines)).toEqual([['c']])
    expect(await readLogs({ directory: join(directory, 'missing'), lines: 9 })).toEqual([])
  })

  test('reads no more of a long log than it needs, and goes on in the older part', async () => {
    const directory = await tempDirectory()
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index} é`)
    await writeFile(join(directory, 'web.1.log'), `${lines.join('\n')}\n`)
    await writeFile(join(directory, 'web.1.log.1'), 'older\n')
    expect((await readLogs({ directory, lines: 5000 }))[0]?.lines).toEqual(lines.slice(-5000))
    await writeFile(join(directory, 'web.1.log'), 'newer\n')
    expect((await readLogs({ directory, lines: 5 }))[0]?.lines).toEqual(['older', 'newer'])
  })

  test('follows no link out of the directory', async () => {
    const directory = await tempDirectory()
    await symlink('/etc/passwd', join(directory, 'web.1.log'))
    expect((await readLogs({ directory, lines: 5 }))[0]?.lines).toEqual([])
  })
})

describe('followLogs', () => {
  test('gives what is written from now on, whole lines, also of new workers', async () => {
    const { directory, next } = await follow({ 'web.1.log': 'before\n' })
    await appendFile(join(directory, 'web.1.log'), 'one\ntw')
    expect(await next()).toEqual({ worker: 'web', ordinal: 1, text: 'one' })
    await appendFile(join(directory, 'web.1.log'), 'o\n')
    expect(await next()).toMatchObject({ text: 'two' })
    await writeFile(join(directory, 'worker.1.log'), 'three\n')
    expect(await next()).toEqual({ worker: 'worker', ordinal: 1, text: 'three' })
  })

  test('leaves nothing out between reading and following, and gives nothing twice', async () => {
    const directory = await tempDirectory()
    const web = join(directory, 'web.1.log')
    await writeFile(web, 'one\ntwo\n')
    const after = await readLogs({ directory, lines: 1 })
    await appendFile(web, 'three\n')
    await writeFile(join(directory, 'worker.1.log'), 'four\n')
    const { next } = await follow({}, { directory, after })
    expect([after[0]?.lines, (await next()).text, (await next()).text]).toEqual([['two'], 'three', 'four'])
  })

  test('begins at the beginning of a log that was emptied or replaced in between', async () => {
    const directory = await tempDirectory()
    const [web, worker] = [join(directory, 'web.1.log'), join(directory, 'worker.1.log')]
    for (const path of [web, worker]) await writeFile(path, 'a long first line\n')
    const after = await readLogs({ directory, lines: 9 })
    await truncate(web, 0)
    await appendFile(web, 'emptied\n')
    await rename(worker, `${worker}.1`)
    await writeFile(worker, 'replaced by a longer line\n')
    const { next } = await follow({}, { directory, after })
    expect([(await next()).text, (await next()).text]).toEqual(['emptied', 'replaced by a longer line'])
  })

  test('reads a renamed log to its end and goes on in the new one', async () => {
    const { directory, next } = await follow({ 'web.1.log': '' })
    const path = join(directory, 'web.1.log')
    await appendFile(path, 'one\n')
    expect(await next()).toMatchObject({ text: 'one' })
    await appendFile(path, 'last of the old\n')
    await rename(path, `${path}.1`)
    await writeFile(path, 'first of the new\n')
    expect([(await next()).text, (await next()).text]).toEqual(['last of the old', 'first of the new'])
  })

  test('reads a truncated log from its beginning', async () => {
    const { directory, next } = await follow({ 'web.1.log': 'a long first line\n' })
    await truncate(join(directory, 'web.1.log'), 0)
    await appendFile(join(directory, 'web.1.log'), 'new\n')
    expect(await next()).toMatchObject({ text: 'new' })
  })

  test('ends when the signal aborts', async () => {
    const { stop, iterator } = await follow({})
    const waiting = iterator.next()
    stop()
    expect(await waiting).toEqual({ value: undefined, done: true })
  })
})

async function follow(files: Readonly<Record<string, string>>, given: Partial<Pick<FollowRequest, 'directory' | 'after'>> = {}) {
  const directory = given.directory ?? (await tempDirectory())
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const stopped = new AbortController()
  let looks = 0
  const clock: FollowRequest['clock'] = {
    ...systemClock,
    sleep: (milliseconds, signal) => {
      looks++
      return systemClock.sleep(milliseconds, signal)
    },
  }
  const iterator = followLogs({ ...given, directory, clock, signal: stopped.signal, interval: 5 })
  onTestFinished(async () => {
    stopped.abort()
    await iterator.return()
  })
  // The first question is asked at once, so that following has begun before the test writes.
  let pending = iterator.next()
  await expect.poll(() => looks > 0 || given.after !== undefined).toBe(true)
  const next = async () => {
    const result = await pending
    pending = iterator.next()
    if (result.done === true) throw new Error('the log ended')
    return result.value
  }
  return { directory, next, stop: () => stopped.abort(), iterator }
}
