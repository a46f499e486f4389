import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createLog, systemClock, type AppHome } from '@hop3/core'
import { withLock } from '@hop3/core/lock'
import { createHome } from '@hop3/releases'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { missingStrace } from './system-calls.ts'
import { lock, tempApp, tempDirectory, tempHome } from './temp-home.ts'

const started: ChildProcess[] = []

afterAll(() => {
  // Its standard input ends with it, so it would go by itself: this is for one that hangs.
  for (const child of started) child.kill('SIGKILL')
})

const program = fileURLToPath(new URL('programs/take-lock.ts', import.meta.url))

describe('the lock of what apps share', () => {
  test('lets one at a time do its work, says for whom it waits, and is left when the work fails', async () => {
    const toolsPath = join(await tempDirectory(), 'tools')
    const notices: string[] = []
    const log = createLog({ sink: ({ text }) => notices.push(text), clock: systemClock })
    const host = { toolsPath, clock: systemClock, signal: new AbortController().signal, log }
    const order: string[] = []
    const second = (): Promise<void> => withLock(host, { subject: 'node', operation: 'change' }, async () => void order.push('second'))
    let waiting: Promise<void> | undefined
    const first = withLock(host, { subject: 'node', operation: 'installation' }, async () => {
      waiting = second()
      await expect.poll(() => notices).toEqual([expect.stringMatching(/^Waiting for the installation of node by pid /)])
      await withLock(host, { subject: 'python', operation: 'installation' }, async () => void order.push('another'))
      order.push('first')
      throw new Error('no such version')
    })
    await expect(first).rejects.toThrow('no such version')
    await waiting
    expect(order).toEqual(['another', 'first', 'second'])
    expect(await readdir(toolsPath)).toEqual([])
  })
})

describe('a lock that cannot be taken to the end', () => {
  test('is given back', async () => {
    const app = await tempApp()
    const root = join(app.directories.logs, '..')
    // What takers left that were killed is looked at once the lock is held.
    const left = join(root, 'lock.0123456789abcdef')
    await mkdir(left)
    await expect(lock(app)).rejects.toMatchObject({ code: 'environment.lock-damaged' })
    expect(await readdir(root)).not.toContain('lock')
    await rm(left, { recursive: true })
    await (await lock(app)).release()
  })
})

describe('the lock of an app that must exist', () => {
  test('is refused where there is none, and makes none', async () => {
    const home = await tempHome()
    await expect(lock(home.app('typo'), { mustExist: true })).rejects.toMatchObject({ code: 'deploy.not-deployed' })
    expect(await home.apps()).toEqual([])
  })

  test('is refused when the app is destroyed while it is waited for', async () => {
    const home = await tempHome()
    const app = home.app('blog')
    const held = await lock(app)
    const notices: string[] = []
    const waiting = lock(app, { mustExist: true, wait: true, notices })
    const saw = waiting.catch((error: unknown) => error)
    await expect.poll(() => notices.length).toBe(1)
    await app.destroy()
    await held.release()
    expect(await saw).toMatchObject({ code: 'deploy.not-deployed' })
    expect(await home.apps()).toEqual([])
  })

  test('is given where the app is there, with directories that a restart of the machine has removed', async () => {
    const app = await tempApp()
    await rm(app.directories.run, { recursive: true })
    await (await lock(app, { mustExist: true })).release()
    expect(await readdir(app.directories.run)).toEqual([])
  })
})

describe('a held lock', () => {
  test('refuses a second taker and names the holder', async () => {
    const app = await tempApp()
    const held = await lock(app, { operation: 'scale' })
    const since = new Date(JSON.parse(await readFile(join(app.directories.root, 'lock'), 'utf8')).since).toTimeString().slice(0, 8)
    await expect(lock(app)).rejects.toMatchObject({
      code: 'lock.held',
      message: `Another command is changing blog: scale of blog by pid ${process.pid} since ${since}.`,
      hint: 'Run the command again when it has finished, or add --wait.',
    })
    await held.release()
    await (await lock(app)).release()
  })

  test('is waited for with wait, and the wait is announced once', async () => {
    const app = await tempApp()
    const held = await lock(app)
    const notices: string[] = []
    const waiting = lock(app, { wait: true, notices })
    await expect.poll(() => notices.length).toBe(1)
    await held.release()
    await (await waiting).release()
    expect(notices).toEqual([expect.stringMatching(/^Waiting for the deploy of blog by pid \d+ since .* to finish\.$/)])
  })

  test('stops waiting when the signal aborts', async () => {
    const app = await tempApp()
    const held = await lock(app)
    const stop = new AbortController()
    const waiting = lock(app, { wait: true, signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toThrow(/abort/i)
    await held.release()
  })

  test('of another process is respected, and free again after it was killed', async () => {
    const app = await tempApp()
    const holder = startTaker(app)
    expect(await holder.said).toBe('taken')
    await expect(lock(app)).rejects.toMatchObject({ code: 'lock.held', details: { pid: holder.child.pid } })
    holder.child.kill('SIGKILL')
    await once(holder.child, 'exit')
    const notices: string[] = []
    await (await lock(app, { notices })).release()
    expect(notices).toEqual([
      expect.stringMatching(/^The deploy of blog by pid \d+ since .* ended without releasing the lock; took it over\.$/),
    ])
  })

  test('survives the removal of the app it was waited for', async () => {
    const app = await tempApp()
    const held = await lock(app)
    const waiting = lock(app, { wait: true })
    await app.destroy()
    await held.release()
    const mine = await waiting
    await expect(lock(app)).rejects.toMatchObject({ code: 'lock.held' })
    await mine.release()
  })

  test('leaves nothing behind', async () => {
    const app = await tempApp()
    await forge(app, { pid: await deadPid() })
    await (await lock(app)).release()
    expect((await readdir(app.directories.root)).filter((name) => name.startsWith('lock'))).toEqual([])
  })
})

describe('a lock is taken over when its holder', () => {
  test.each<[string, () => Promise<Record<string, unknown>>]>([
    ['has died', async () => ({ pid: await deadPid() })],
    ['had a pid that now belongs to another process', async () => ({ pid: process.pid, started: '1' })],
    ['ran and died before the host was renamed', async () => ({ pid: await deadPid(), host: 'former-name' })],
    ['ran before the last boot', async () => ({ pid: process.pid, boot: 'another-boot' })],
    ['is a process whose end nobody has noticed', async () => ({ pid: await defunctPid(), started: '' })],
  ])('%s', async (_, change) => {
    const app = await tempApp()
    await forge(app, await change())
    const notices: string[] = []
    const taken = await lock(app, { notices })
    expect(notices).toEqual([expect.stringContaining('took it over')])
    await expect(lock(app)).rejects.toMatchObject({ code: 'lock.held' })
    await taken.release()
  })
  test.each(['', '{"pid":', 'null', '{"pid":"1"}', '\0\0\0\0', '{"pid":1,"token":"../../x"}'])(
    'cannot be read from %j',
    async (content) => {
      const app = await tempApp()
      await writeFile(join(app.directories.root, 'lock'), content)
      const notices: string[] = []
      await (await lock(app, { notices })).release()
      expect(notices).toEqual(['The lock of blog was damaged; took it over.'])
    },
  )
})

describe('a lock is left alone when its holder', () => {
  test.each([
    ['ran on another machine', { host: 'another-host', boot: 'another-boot' }],
    ['ran in another container', { pidNamespace: 'pid:[1]' }],
  ])('%s', async (_, change) => {
    const app = await tempApp()
    await forge(app, { pid: 999_999, ...change })
    await expect(lock(app)).rejects.toMatchObject({
      code: 'lock.held',
      hint: `If it has ended, remove its lock: rm ${join(app.directories.root, 'lock')}`,
    })
  })
})

test('a directory in the place of the lock is reported, not removed, and the hint can be pasted', async () => {
  const app = await tempApp({ path: join(await tempDirectory(), "it's here") })
  const path = join(app.directories.root, 'lock')
  await mkdir(path)
  const hint = `Remove it: rm -r '${path.replace("it's", String.raw`it'\''s`)}'`
  await expect(lock(app)).rejects.toMatchObject({ code: 'environment.lock-damaged', hint })
})

describe('of many takers of one dead lock', () => {
  test('in one process exactly one wins, every time', { timeout: 60_000 }, async () => {
    const app = await tempApp()
    const pid = await deadPid()
    for (let round = 0; round < 20; round++) {
      await forge(app, { pid, token: round.toString(16).padStart(16, '0') })
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => lock(app)))
      const won = results.filter((one) => one.status === 'fulfilled')
      expect(won).toHaveLength(1)
      await won[0]?.value.release()
    }
  })

  test('in twenty processes exactly one wins', { timeout: 60_000 }, async () => {
    const app = await tempApp()
    await forge(app, { pid: await deadPid() })
    const said = await Promise.all(Array.from({ length: 20 }, () => startTaker(app).said))
    expect(said.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'lock.held'), 'taken'])
  })

  test('the heir that was killed at its work is replaced too', async () => {
    const app = await tempApp()
    const pid = await deadPid()
    await forge(app, { pid, token: 'aaaaaaaaaaaaaaaa' })
    await forge(app, { pid, token: 'bbbbbbbbbbbbbbbb' }, 'lock.aaaaaaaaaaaaaaaa')
    await forge(app, { pid, token: 'cccccccccccccccc' }, 'lock.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb')
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lock(app)))
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect((await readdir(app.directories.root)).filter((name) => name.startsWith('lock'))).toEqual(['lock'])
  })
})

describe.skipIf(missingStrace() !== undefined)(
  `a taker that is held up at any call while another takes the dead lock (${missingStrace() ?? 'strace'})`,
  () => {
    const calls = ['link:when=1', 'link:when=2', 'rename:when=1', 'unlink:when=1', 'unlink:when=2', 'unlink:when=3', 'unlink:when=4']
    test.concurrent.each(calls)('%s', { timeout: 60_000 }, async (call) => {
      const directory = await mkdtemp(join(tmpdir(), 'hop3-releases-'))
      const app = createHome({ path: directory, clock: systemClock }).app('blog')
      await forge(app, { pid: await deadPid() })
      const name = call.split(':')[0] ?? ''
      const strace = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${name}`, '-e', `inject=${call}:delay_enter=4000000`]
      const slow = startTaker(app, ['strace', ...strace])
      await slow.trying
      // Long enough for it to have read the dead lock; were it not, the test would be weaker, not wrong.
      await systemClock.sleep(2000)
      const fast = await lock(app).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      )
      const said = await slow.said
      slow.child.kill('SIGKILL')
      await rm(directory, { recursive: true })
      expect([said, fast].toSorted()).toEqual(['lock.held', 'taken'])
    })
  },
)

test('nobody holds a lock while another does', async () => {
  const app = (await tempHome()).app('blog')
  let [inside, most] = [0, 0]
  const work = async (): Promise<void> => {
    const held = await lock(app, { wait: true })
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
    await held.release()
  }
  await Promise.all(Array.from({ length: 8 }, work))
  expect(most).toBe(1)
})

/** Writes the lock as a process would have that was like this one but for `change`. */
async function forge(app: AppHome, change: Record<string, unknown>, name = 'lock'): Promise<void> {
  const held = await lock(app)
  const mine = JSON.parse(await readFile(join(app.directories.root, 'lock'), 'utf8'))
  await held.release()
  await writeFile(join(app.directories.root, name), JSON.stringify({ ...mine, token: '0123456789abcdef', ...change }))
}

async function deadPid(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

/** The pid of a process that has ended and whose parent has not asked how. */
async function defunctPid(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [line] = await once(createInterface(parent.stdout), 'line')
  const pid = Number(line)
  await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /)
  return pid
}

interface Taker {
  readonly child: ChildProcess
  readonly trying: Promise<unknown>
  readonly said: Promise<string>
}

function startTaker(app: AppHome, tracer: readonly string[] = []): Taker {
  const home = join(app.directories.root, '..', '..')
  const [file, ...args] = [...tracer, process.execPath, '--conditions=@hop3/source', program, home]
  // One worker thread, because strace counts the calls of each thread by themselves.
  const env = { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' }
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  started.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const trying = lines.next()
  return { child, trying, said: lines.next().then(({ value }) => value ?? '') }
}
