/** The gate of a worker without an address: nobody can ask it, so it has to stay alive for a while. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HealthOutcome, HealthProbe } from '@hop3/releases'
import { instanceFile } from './layout.ts'

export interface Settling {
  readonly probe: HealthProbe
  /** The instance's. */
  readonly directory: string
  /** Whether this very command has settled in this release before: see `settled-before.ts`. */
  readonly isProven: boolean
  /** False for a cron worker: nothing of it runs before its time, so it is uWSGI that has to stay. */
  readonly isCommand: boolean
}

/** Milliseconds a worker has to stay alive: longer than it takes to find out that a setting or a library is missing. */
const settleTime = 800
/** For one that has settled before: the command and its environment are good, so that only what is around it can have changed. */
const provenTime = 250

/** Resolves when the worker has been alive for its time, counted from its own start, or has ended before. */
export async function settle({ probe, directory, isProven, isCommand }: Settling): Promise<HealthOutcome | 'settled'> {
  const { clock, signal } = probe
  const limit = clock.monotonic() + probe.timeoutSeconds * 1000
  let began = isCommand ? undefined : clock.monotonic()
  for (;;) {
    began ??= await startOf(probe, directory)
    const now = clock.monotonic()
    const end = began === undefined ? undefined : began + (isProven ? provenTime : settleTime)
    // Looked at after the clock: whoever is alive here was so at that time.
    const alive = await probe.isAlive()
    if (alive !== true) return { state: 'exited', exitCode: alive === false ? null : alive.exitCode }
    if (end !== undefined && now >= end) return 'settled'
    if (end === undefined && now >= limit) return { state: 'unhealthy', saw: 'refused', upstream: null }
    await clock.sleep(end === undefined ? 20 : Math.min(100, Math.ceil(end - now)), signal)
  }
}

/** When the command started, by the probe's clock. Both ends are read from the system's uptime, which nobody sets. */
async function startOf({ clock }: HealthProbe, directory: string): Promise<number | undefined> {
  const [began, uptime] = await Promise.all([secondsIn(join(directory, instanceFile.began)), secondsIn('/proc/uptime')])
  return began === undefined || uptime === undefined ? undefined : clock.monotonic() - (uptime - began) * 1000
}

/** The first number of a file; undefined when it is not there, or not yet whole. */
async function secondsIn(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^\d+\.\d+\s/.test(text) ? Number.parseFloat(text) : undefined
}
