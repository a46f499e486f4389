/** What strategies say while they work: events, never text on a console. The host renders them (live view, plain lines, NDJSON). */
import { maskValue } from './mask-value.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogEvent {
  /** ISO 8601 with milliseconds, from the host's clock. */
  readonly time: string
  /** The pipeline step or build phase it belongs to: `select`, `build`, `install`, `start`, `route`, … */
  readonly phase: string
  /** The strategy that speaks, or `hop3`. */
  readonly strategy: string
  readonly level: LogLevel
  /** One line of text. */
  readonly text: string
  /** `output` is a line a child process printed; `begin`/`end` bracket a phase (end carries `milliseconds`). */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Where events go. A sink must not throw. */
export type LogSink = (event: LogEvent) => void

export interface Log {
  debug(text: string, data?: LogEvent['data']): void
  info(text: string, data?: LogEvent['data']): void
  warn(text: string, data?: LogEvent['data']): void
  error(text: string, data?: LogEvent['data']): void
  /** A line printed by a child process; `stream` is kept in `data`. */
  output(text: string, stream: 'stdout' | 'stderr'): void
  /** The same log, speaking for another phase or strategy. */
  child(change: { readonly phase?: string; readonly strategy?: string }): Log
}

export interface LogOptions {
  readonly sink: LogSink
  readonly clock: { now(): Date }
  readonly phase?: string
  readonly strategy?: string
  /** Applied to every text and to every string in `data`, however deep. Default: unchanged. */
  readonly mask?: (text: string) => string
}

/** A log that hands every event to `sink`, masked. */
export function createLog({ sink, clock, phase = 'hop3', strategy = 'hop3', mask = (text) => text }: LogOptions): Log {
  const say = (level: LogLevel, text: string, data?: LogEvent['data']): void => {
    const event = { time: clock.now().toISOString(), phase, strategy, level, text: mask(text) }
    sink(data === undefined ? event : { ...event, data: maskData(data, mask) })
  }
  return Object.freeze<Log>({
    debug: (text, data) => say('debug', text, data),
    info: (text, data) => say('info', text, data),
    warn: (text, data) => say('warn', text, data),
    error: (text, data) => say('error', text, data),
    output: (text, stream) => say('info', text, { kind: 'output', stream }),
    child: (change) => createLog({ sink, clock, mask, phase: change.phase ?? phase, strategy: change.strategy ?? strategy }),
  })
}

/** Says nothing: for embedders that want no events. */
export const silentLog: Log = createLog({ sink: () => {}, clock: { now: () => new Date(0) } })

function maskData(data: Readonly<Record<string, unknown>>, mask: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, maskValue(value, mask)]))
}
