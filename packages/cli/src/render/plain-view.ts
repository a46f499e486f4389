import { formatDuration } from './duration.ts'
import { seenEvent, type SeenEvent } from './event-kind.ts'
import type { Paint } from './style.ts'
import type { Verbosity, View } from './view.ts'

export interface PlainViewOptions {
  readonly write: (text: string) => void
  readonly paint: Paint
  readonly verbosity: Verbosity
}

/** One line per event, in the order they come: for pipes and files. */
export function createPlainView({ write, paint, verbosity }: PlainViewOptions): View {
  const running = new Set<string>()
  return {
    event(event) {
      const seen = seenEvent(event)
      if (seen.kind === 'begin') running.add(seen.phase)
      if (seen.kind === 'end') running.delete(seen.phase)
      const line = plainText(seen, verbosity, paint)
      if (line !== undefined) write(`${line}\n`)
    },
    line: (text) => write(`${text}\n`),
    close(outcome) {
      if (outcome === 'failed' && verbosity !== 'quiet') for (const phase of running) write(`${failedText(phase, paint)}\n`)
      running.clear()
    },
  }
}

/** The line for an event; undefined when it is not worth one. */
export function plainText(seen: SeenEvent, verbosity: Verbosity, paint: Paint): string | undefined {
  if (seen.kind === 'note') return noteText(seen, verbosity, paint)
  if (verbosity === 'quiet') return undefined
  if (seen.kind === 'begin')
    return `${paint('cyan', '→')} ${paint('bold', seen.phase)}${seen.text && seen.text !== seen.phase ? `  ${seen.text}` : ''}`
  if (seen.kind === 'output') return paint('dim', `  ${seen.text}`)
  return endText(seen, paint)
}

/** A finished phase, as both views write it. */
export function endText(seen: Extract<SeenEvent, { kind: 'end' }>, paint: Paint): string {
  const sign = seen.failed ? paint('red', '✗') : paint('green', '✓')
  const time = seen.cached ? 'cached' : formatDuration(seen.milliseconds)
  return `${sign} ${paint('bold', seen.phase)}  ${paint('dim', time)}`
}

/** A phase whose end nobody announced, because it failed. */
export function failedText(phase: string, paint: Paint): string {
  return `${paint('red', '✗')} ${paint('bold', phase)}`
}

/** A remark; details only when asked for. */
export function noteText(seen: Extract<SeenEvent, { kind: 'note' }>, verbosity: Verbosity, paint: Paint): string | undefined {
  if (seen.level === 'warn') return `${paint('yellow', 'warning:')} ${seen.text}`
  if (seen.level === 'error') return `${paint('red', 'error:')} ${seen.text}`
  if (verbosity === 'quiet' || (seen.level === 'debug' && verbosity !== 'verbose')) return undefined
  return seen.level === 'debug' ? paint('dim', `  ${seen.text}`) : `  ${seen.text}`
}
