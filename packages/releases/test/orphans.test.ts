import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { lock, tempApp, tempHome } from './temp-home.ts'

const onLinux = process.platform === 'linux'

test.runIf(onLinux)(
  'ends what an earlier command started, whatever its process group, and what ignores being asked',
  async () => {
    const app = await tempApp()
    const marked = `blog@${await tokenOf(app)}`
    const plain = await start(marked, 'echo ready; exec sleep 60')
    const stubborn = await start(marked, `trap '' TERM; echo ready; while :; do sleep 1; done`)
    const parent = await start(marked, 'setsid sh -c "echo \\$\\$; exec sleep 60" & wait')
    expect(await isAlive(Number(parent.said))).toBe(true)
    await app.endOrphans(await tokenOf(app))
    for (const pid of [plain.pid, stubborn.pid, parent.pid, Number(parent.said)]) expect(await isAlive(pid)).toBe(false)
    expect([plain.child.signalCode ?? (await once(plain.child, 'exit'))[1], stubborn.child.signalCode]).toEqual(['SIGTERM', 'SIGKILL'])
  },
  20_000,
)

test.runIf(onLinux)(
  'leaves the holder’s own processes, those of other apps and homes, and unmarked ones',
  async () => {
    const home = await tempHome()
    const app = home.app('blog')
    await (await lock(app)).release()
    const token = await tokenOf(app)
    const earlier = await tokenOf(app)
    const others = [`blog@${token}`, `shop@${earlier}`, `blog-2@${earlier}`, `blog@${await tokenOf(await tempApp())}`, '', 'blog', 'blog@']
    const left = await Promise.all(others.map((mark) => start(mark, 'echo ready; exec sleep 60')))
    const orphan = await start(`blog@${earlier}`, 'echo ready; exec sleep 60')
    await app.endOrphans(token)
    expect(await isAlive(orphan.pid)).toBe(false)
    expect(await Promise.all(left.map(({ pid }) => isAlive(pid)))).toEqual(others.map(() => true))
  },
  20_000,
)

test('tokens are unique hexadecimal digits, and an app that was never locked has no orphans', async () => {
  const app = await tempApp()
  const tokens = [await tokenOf(app), await tokenOf(app)]
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]+$/)
  expect(new Set(tokens).size).toBe(2)
  await (await tempHome()).app('blog').endOrphans('0')
})

async function tokenOf(app: Awaited<ReturnType<typeof tempApp>>): Promise<string> {
  const held = await lock(app)
  await held.release()
  return held.token
}

interface Started {
  readonly child: ChildProcess
  readonly pid: number
  /** Its first line. */
  readonly said: string
}

/** Runs a shell script in a process group of its own, until it says something. */
async function start(operation: string, script: string): Promise<Started> {
  const env = { PATH: process.env['PATH'], ...(operation === '' ? {} : { HOP3_OPERATION: operation }) }
  const child = spawn('sh', ['-c', script], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await once(createInterface(child.stdout), 'line')
  return { child, pid: child.pid ?? 0, said }
}

/** False for one that has ended and whose end nobody has noticed. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}
