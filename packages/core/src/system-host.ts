/** The real clock and the real way to start processes. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Run } from './command.ts'

/** The time of this machine. `monotonic` counts milliseconds from an arbitrary start and never goes back; `sleep` rejects with an AbortError. */
export const systemClock: Clock = Object.freeze<Clock>({
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
})

/** Starts processes on this machine; loads what it needs with the first one. */
export function createRun(): Run {
  return async (command) => {
    const { runCommand } = await import('./run-command.ts')
    return runCommand(command)
  }
}
