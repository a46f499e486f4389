/** What an event is to a view. Events of strategies that bracket nothing are notes. */
import type { LogEvent } from '@hop3/core'
import { plainLine, plainLines } from './text-width.ts'

export type SeenEvent =
  | { readonly kind: 'begin'; readonly phase: string; readonly text: string }
  | {
      readonly kind: 'end'
      readonly phase: string
      readonly text: string
      readonly milliseconds: number
      readonly failed: boolean
      readonly cached: boolean
    }
  | { readonly kind: 'output'; readonly phase: string; readonly text: string }
  | { readonly kind: 'note'; readonly phase: string; readonly text: string; readonly level: LogEvent['level'] }

/** Names and texts come from apps, plugins and child processes: without control sequences from here on. */
export function seenEvent({ phase: phaseName, text: saidText, level, data = {} }: LogEvent): SeenEvent {
  const phase = plainLine(phaseName)
  // Of output only what stays after the last carriage return, as a terminal would show it.
  const text = data['kind'] === 'output' ? plainLine(saidText) : plainLines(saidText)
  if (data['kind'] === 'begin') return { kind: 'begin', phase, text }
  if (data['kind'] === 'end') {
    const milliseconds = typeof data['milliseconds'] === 'number' ? data['milliseconds'] : 0
    const failed = data['outcome'] === 'failed' || data['failed'] === true || level === 'error'
    return { kind: 'end', phase, text, milliseconds, failed, cached: data['cached'] === true }
  }
  if (data['kind'] === 'command') return { kind: 'output', phase, text: `$ ${text}` }
  if (data['kind'] === 'output') return { kind: 'output', phase, text }
  return { kind: 'note', phase, text, level }
}
