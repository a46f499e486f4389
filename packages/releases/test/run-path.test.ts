import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { initialState, systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { expect, onTestFinished, test } from 'vitest'
import { lock, tempDirectory } from './temp-home.ts'

const longName = 'a'.repeat(63)
const longFile = 'x'.repeat(30)

test('sockets lie in the home', async () => {
  const path = '/srv/hop3'
  const home = createHome({ path, clock: systemClock })
  expect(home.runPath).toBe('/srv/hop3/run')
  expect(home.app('blog').directories.run).toBe('/srv/hop3/run/blog')
})

test('or where they are told to', () => {
  expect(createHome({ path: '/srv/hop3', runPath: '/run/hop3', clock: systemClock }).app('blog').directories.run).toBe('/run/hop3/blog')
})

test('a given directory that is too long is one clear error', () => {
  const runPath = `/${'deep/'.repeat(20)}`
  expect(() => createHome({ path: '/srv/hop3', runPath, clock: systemClock })).toThrow(
    expect.objectContaining({ code: 'environment.run-path-too-long', hint: expect.stringContaining('HOP3_RUN=') }),
  )
})

test('a long app name is cut, and two alike stay apart', () => {
  const home = createHome({ path: '/srv/hop3', runPath: '/run/user/1000/hop3', clock: systemClock })
  const [one, two] = [home.app(longName).directories.run, home.app(`${longName.slice(1)}b`).directories.run]
  expect(one).toMatch(/^\/run\/user\/1000\/hop3\/aaaaaaaa~[0-9a-f]{10}$/)
  expect(one).not.toBe(two)
})

test('a home on a path too long for sockets gets a private directory in which the longest names work', async () => {
  const home = await deepHome()
  expect(home.runPath).toMatch(/^\/tmp\/hop3-\d+-[0-9a-f]{10}$/)
  const app = home.app(longName)
  await (await lock(app)).release()
  expect((await stat(home.runPath)).mode & 0o777).toBe(0o700)
  const server = createServer()
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(join(app.directories.run, longFile), resolve))
  await new Promise((resolve) => void server.close(resolve))
})

test('that directory is refused when others could have made or can enter it', async () => {
  const home = await deepHome()
  await mkdir(home.runPath)
  await chmod(home.runPath, 0o777)
  await expect(lock(home.app('blog'))).rejects.toMatchObject({ code: 'environment.run-path-unsafe' })
})

test('that directory is gone once nothing runs any more, and comes back', async () => {
  const home = await deepHome()
  const app = home.app('blog')
  const stopAs = async (stopped: boolean): Promise<void> => {
    const held = await lock(app)
    await app.writeState({ ...initialState, stopped })
    await held.release()
  }
  await stopAs(false)
  expect(await readdir(home.runPath)).toEqual(['blog'])
  await stopAs(true)
  await home.tidy?.()
  await expect(stat(home.runPath)).rejects.toMatchObject({ code: 'ENOENT' })
  await home.tidy?.()
  await stopAs(false)
  expect((await stat(app.directories.run)).isDirectory()).toBe(true)
  expect((await stat(home.runPath)).mode & 0o777).toBe(0o700)
  await home.tidy?.()
  expect(await readdir(home.runPath)).toEqual(['blog'])
})

async function deepHome(): Promise<ReturnType<typeof createHome>> {
  const home = createHome({ path: join(await tempDirectory(), 'deep/'.repeat(20)), clock: systemClock })
  onTestFinished(() => rm(home.runPath, { recursive: true, force: true }))
  return home
}
