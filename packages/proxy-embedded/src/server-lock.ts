/** One command at a time starts, replaces or ends the server of a home. */
import { hop3Error, type ProxyContext } from '@hop3/core'
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processStartTime } from './process-identity.ts'
import { isRecord } from './route-file.ts'
import type { ServerPaths } from './server-paths.ts'

/** Longer than one command may take for it all: hellos, an end with drain, a start. */
const patience = 90_000
const pollEvery = 25

/**
 * Does the work while no other command, of any process, does any under the same home's lock. A holder that died is replaced. Throws
 * `deploy.proxy.start` when a living one keeps it for too long, and the signal's reason.
 */
export async function withServerLock<T>(context: ProxyContext, paths: ServerPaths, work: () => Promise<T>): Promise<T> {
  const { clock, signal } = context
  const path = join(paths.directory, 'lock')
  await mkdir(paths.directory, { recursive: true, mode: 0o700 })
  const startTime = (await processStartTime(process.pid)) ?? ''
  const mine: Holder = { pid: process.pid, startTime, token: randomBytes(8).toString('hex') }
  const end = clock.monotonic() + patience
  while (!(await take(path, mine))) {
    if (clock.monotonic() > end) throw held(path, await readHolder(path))
    await clock.sleep(pollEvery, signal)
  }
  try {
    return await work()
  } finally {
    await release(path, mine)
  }
}

interface Holder {
  readonly pid: number
  /** See `process-identity.ts`. */
  readonly startTime: string
  /** Of this holding. */
  readonly token: string
}

/** Makes the lock file, whole from the beginning, or puts it in the place of a dead holder's. False: somebody has it, or it has just moved. */
async function take(path: string, mine: Holder): Promise<boolean> {
  const temporary = `${path}.${mine.token}.tmp`
  await writeFile(temporary, JSON.stringify(mine), { mode: 0o600 })
  try {
    if (await linkUnlessThere(temporary, path)) return true
    const holder = await readHolder(path)
    if (holder === undefined || (await processStartTime(holder.pid)) === holder.startTime) return false
    // Of all who see the dead one, one may replace it: that right is a lock too, and holds for this very holding.
    const right = `${path}.${holder.token}`
    if (!(await take(right, mine))) return false
    try {
      if ((await readHolder(path))?.token !== holder.token) return false
      await rename(temporary, path)
      return true
    } finally {
      await release(right, mine)
    }
  } finally {
    await rm(temporary, { force: true })
  }
}

async function release(path: string, mine: Holder): Promise<void> {
  if ((await readHolder(path))?.token === mine.token) await rm(path, { force: true })
}

async function linkUnlessThere(from: string, path: string): Promise<boolean> {
  try {
    await link(from, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Undefined when there is no lock. One that cannot be read, torn by a power failure, is nobody's. */
async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { pid, startTime, token } = parseObject(text)
  const isWhole = typeof pid === 'number' && pid > 0 && typeof startTime === 'string' && typeof token === 'string'
  return isWhole && /^[0-9a-f]{16}$/.test(token) ? { pid, startTime, token } : { pid: 0, startTime: 'unknown', token: 'torn' }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function held(path: string, holder: Holder | undefined): Error {
  const who = holder === undefined ? 'other commands' : `another command (pid ${holder.pid})`
  return hop3Error('deploy.proxy.start', `Cannot start, replace or end the proxy: ${who} has been doing that for ${patience / 1_000} s.`, {
    hint: holder === undefined ? 'Run the command again.' : `See what it waits for: ps -fp ${holder.pid}`,
    details: { lock: path },
    class: 'retry',
  })
}
