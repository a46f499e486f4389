import { createLog, systemClock, type Log, type LogEvent } from '@hop3/core'

export interface MemoryLog {
  readonly log: Log
  /** Everything said so far, oldest first. Grows. */
  readonly events: readonly LogEvent[]
  /** The texts alone. */
  readonly lines: () => readonly string[]
}

/** A log that remembers. */
export function memoryLog(): MemoryLog {
  const events: LogEvent[] = []
  const log = createLog({ sink: (event) => void events.push(event), clock: systemClock })
  return { log, events, lines: () => events.map((event) => event.text) }
}
