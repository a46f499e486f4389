import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { initialState, systemClock, type Home } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { describe, expect, onTestFinished, test } from 'vitest'
import { missingStrace, runOperation } from './system-calls.ts'
import { lock, release, tempApp, tempDirectory, tempHome } from './temp-home.ts'

const nobody = 65_534

describe.skipIf(missingStrace() !== undefined)(`a disk that reports errors (${missingStrace() ?? 'strace'})`, () => {
  test.each([
    ['fsync', 'EIO'],
    ['rename', 'EXDEV'],
    ['symlink', 'EACCES'],
  ])('%s failing with %s fails the switch and leaves the links', async (call, error) => {
    const home = await homeWithTwo()
    const app = home.app('blog')
    const current = await app.current()
    const ending = await runOperation(home, 'switchTo', `${call}:error=${error}`)
    expect(ending.exitCode).toBe(1)
    expect(ending.stderr).toContain('Cannot switch to release r000002')
    expect(await app.current()).toBe(current)
    await app.switchTo('r000002-1f3a9c2e')
    expect(await app.current()).toBe('r000002-1f3a9c2e')
  })

  test.each(['commit', 'writeState', 'writeEnv', 'record', 'reserve', 'nextGeneration', 'reservePort'])(
    'fsync failing with EIO fails %s',
    async (operation) => {
      const home = await homeWithTwo()
      await home.app('blog').reserve(await home.app('blog').nextRelease('eeeeeeee00000000'))
      const ending = await runOperation(home, operation, 'fsync:error=EIO')
      expect(ending.exitCode).toBe(1)
      expect(ending.stderr).toMatch(/environment\.io/)
    },
  )
})

describe.skipIf(missingMount() !== undefined)(`a full disk (${missingMount() ?? 'a small tmpfs'})`, () => {
  test('fails every write with environment.disk-full, and loses nothing', async () => {
    const directory = await tmpfs('size=256k')
    const app = createHome({ path: directory, clock: systemClock }).app('blog')
    await (await lock(app)).release()
    const id = await release(app)
    await app.switchTo(id)
    await release(app)
    await app.writeState({ ...initialState, generation: 7 })
    await app.writeEnv({ TOKEN: 'kept' })
    await app.record({ time: '', operation: 'deploy', step: 'begin' })
    await fill(join(directory, 'filler'))

    const long = 'x'.repeat(16 * 1024)
    await expect(app.writeState({ ...initialState, url: long })).rejects.toMatchObject({ code: 'environment.disk-full' })
    await expect(app.writeEnv({ TOKEN: long })).rejects.toMatchObject({ code: 'environment.disk-full' })
    await expect(app.record({ time: long, operation: 'deploy', step: 'build' })).rejects.toMatchObject({ code: 'environment.disk-full' })
    await expect(release(app)).rejects.toMatchObject({ code: expect.stringMatching(/disk-full|ENOSPC/) })

    expect((await app.readState()).generation).toBe(7)
    expect(await app.readEnv()).toEqual({ TOKEN: 'kept' })
    expect(await app.openRecords()).toHaveLength(1)
    expect(await app.current()).toBe(id)
    expect((await readFile(join(app.directories.root, 'journal.jsonl'), 'utf8')).split('\n')).toHaveLength(2)
    // What is needed to get space back works on the full disk.
    expect(await app.prune(0)).toEqual(['r000002-1f3a9c2e'])
  })

  test.each([
    ['blocks', 'size=16m', (directory: string) => fill(join(directory, 'filler'))],
    ['files', 'size=16m,nr_inodes=300', (directory: string) => fillWithFiles(directory)],
  ])('that has run out of %s lets what makes room take the lock and do its work, and nothing else', async (_, options, exhaust) => {
    const directory = await tmpfs(options)
    const home = createHome({ path: directory, clock: systemClock })
    const [app, other] = [home.app('blog'), home.app('shop')]
    for (const one of [other, app]) await (await lock(one)).release()
    await app.reservePort('app')
    await app.writeState({ ...initialState, generation: 7 })
    const kept = await readdir(join(directory, 'reserve'))
    await exhaust(directory)

    await expect(lock(app)).rejects.toMatchObject({ code: 'environment.disk-full' })
    const held = await lock(other, { makesRoom: true, operation: 'stop' })
    await expect(lock(other, { makesRoom: true })).rejects.toMatchObject({ code: 'lock.held' })
    await held.release()

    const stop = await lock(app, { makesRoom: true, operation: 'stop' })
    await app.record({ time: '', operation: 'stop', step: 'begin' })
    await app.keepPorts([])
    await app.writeState({ ...initialState, stopped: true })
    await app.record({ time: '', operation: 'stop', step: 'end' })
    await stop.release()
    expect((await app.readState()).stopped).toBe(true)

    const destroy = await lock(app, { makesRoom: true, operation: 'destroy' })
    await app.destroy()
    await destroy.release()
    expect(await home.apps()).toEqual(['shop'])
    expect(await readdir(directory)).not.toContain('reserve')

    for (const name of await readdir(directory)) if (name.startsWith('filler')) await rm(join(directory, name), { recursive: true })
    await (await lock(other)).release()
    expect(await readdir(join(directory, 'reserve'))).toEqual(kept)
  })

  test('that is small keeps nothing back, and that is full without a reserve says what to do', async () => {
    const directory = await tmpfs('size=1m')
    const app = createHome({ path: directory, clock: systemClock }).app('blog')
    await (await lock(app)).release()
    expect(await readdir(directory)).toEqual(['apps', 'run'])
    await fill(join(directory, 'filler'))
    await expect(lock(app, { makesRoom: true })).rejects.toMatchObject({
      code: 'environment.disk-full',
      hint: expect.stringContaining('`cache`'),
    })
    expect(await readdir(directory)).toEqual(['apps', 'filler', 'run'])
  })
})

describe.skipIf(missingMount() !== undefined)(`a read-only file system (${missingMount() ?? 'a read-only mount'})`, () => {
  test('cannot be locked, but can be read', async () => {
    const directory = await tmpfs('size=1m')
    const app = createHome({ path: directory, clock: systemClock }).app('blog')
    await (await lock(app)).release()
    await app.switchTo(await release(app))
    execFileSync('mount', ['-o', 'remount,ro', directory])
    await expect(lock(app)).rejects.toMatchObject({ code: 'environment.read-only', hint: expect.stringContaining('HOP3_HOME') })
    expect(await app.current()).toBe('r000001-1f3a9c2e')
    expect(await app.releases()).toHaveLength(1)
  })
})

describe.skipIf(process.getuid?.() !== 0)('another user (needs root to become one)', () => {
  test('gets environment.permission for a home that is not theirs', async () => {
    const home = await homeWithTwo()
    await openTo(home.path)
    const ending = await runOperation(home, 'lock', undefined, nobody)
    expect(ending.exitCode).toBe(1)
    expect(ending.stderr).toContain('environment.permission')
  })

  test('removes a release whose directories were made read-only', async () => {
    const home = await homeWithTwo()
    const app = home.app('blog')
    const path = join(app.releasePath('r000002-1f3a9c2e'), 'module-cache')
    await mkdir(path)
    await writeFile(join(path, 'module.go'), '')
    await chmod(path, 0o555)
    execFileSync('chown', ['-R', `${nobody}`, home.path])
    await openTo(home.path)
    expect(await runOperation(home, 'discard', undefined, nobody)).toMatchObject({ exitCode: 0 })
    expect(await app.releases()).toHaveLength(1)
  })
})

test('a file in the place of a directory is named', async () => {
  const path = join(await tempDirectory(), 'home')
  await writeFile(path, '')
  const app = createHome({ path, clock: systemClock }).app('blog')
  await expect(lock(app)).rejects.toMatchObject({ code: 'environment.home', message: expect.stringContaining(path) })
})

test('a home nobody has used yet has no apps', async () => {
  const home = createHome({ path: join(await tempDirectory(), 'home'), clock: systemClock })
  expect(await home.apps()).toEqual([])
  expect(await home.app('blog').exists()).toBe(false)
  expect(await home.app('blog').current()).toBeUndefined()
  expect(await home.app('blog').readState()).toEqual(initialState)
})

test('apps are listed sorted, by name alone', async () => {
  const home = await tempHome()
  for (const name of ['shop', 'blog']) await (await lock(home.app(name))).release()
  await mkdir(join(home.path, 'apps', '.removed-old-0'))
  expect(await home.apps()).toEqual(['blog', 'shop'])
  expect(() => home.app('../shop')).toThrow(expect.objectContaining({ code: 'config.app-name' }))
})

test('destroying an app leaves nothing of it and all of the others', async () => {
  const home = await tempHome()
  const [blog, shop] = [home.app('blog'), home.app('blog2')]
  for (const app of [blog, shop]) {
    await (await lock(app)).release()
    await app.writeEnv({ NAME: app.appName })
    await app.reservePort('app')
  }
  await blog.destroy()
  expect(await home.apps()).toEqual(['blog2'])
  expect(await readdir(join(home.path, 'apps'))).toEqual(['blog2'])
  expect(await shop.readEnv()).toEqual({ NAME: 'blog2' })
  await blog.destroy()
})

async function homeWithTwo(): Promise<Home> {
  const app = await tempApp()
  await app.switchTo(await release(app))
  await release(app)
  return createHome({ path: join(app.directories.root, '..', '..'), clock: systemClock })
}

/** Lets another user get as far as the home itself. */
async function openTo(path: string): Promise<void> {
  const { mode } = await import('node:fs/promises').then((fs) => fs.stat(path))
  await chmod(path, mode | 0o055)
  await chown(path, 0, 0).catch(() => {})
}

async function tmpfs(options: string): Promise<string> {
  const directory = await tempDirectory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'hop3-test', directory])
  onTestFinished(() => void execFileSync('umount', [directory]))
  return directory
}

async function fill(path: string): Promise<void> {
  for (const size of [64 * 1024, 4096, 1]) {
    try {
      for (;;) await writeFile(path, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // Full for blocks of this size.
    }
  }
}

async function fillWithFiles(directory: string): Promise<void> {
  await mkdir(join(directory, 'filler'))
  try {
    for (let count = 0; ; count++) await writeFile(join(directory, 'filler', String(count)), '')
  } catch {
    // Not one more.
  }
}

/** Why no file system can be mounted; undefined when one can. */
function missingMount(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount'
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'hop3-test', '/mnt'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'this container may not mount'
  }
}
