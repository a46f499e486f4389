import type { LogEvent } from '@hop3/core'

/** Shows events as they come. */
export interface View {
  event(event: LogEvent): void
  /** A line of talk that belongs to no event. */
  line(text: string): void
  /** Leaves the terminal as it was found. Phases that have not ended are shown as failed when it has come to a failure. May be called twice. */
  close(outcome: 'ok' | 'failed'): void
}

export type Verbosity = 'quiet' | 'normal' | 'verbose'
