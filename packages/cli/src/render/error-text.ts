import type { Hop3Error } from '@hop3/core'
import type { Paint } from './style.ts'

/** What a person reads: what happened, what to do, and for a defect of ours where. `verbose` adds the causes. */
export function errorText(error: Hop3Error, paint: Paint, verbose: boolean): string {
  const lines = [`${paint('red', 'error:')} ${error.message} ${paint('dim', `[${error.code}]`)}`]
  if (error.hint !== undefined) lines.push(`${paint('cyan', 'hint:')} ${error.hint}`)
  if (verbose) lines.push(...causes(error.cause, paint))
  // For everything else the place in our code says nothing to the person who must act.
  if (error.class === 'internal') lines.push(paint('dim', stackOf(error)))
  return lines.join('\n')
}

/** What a program reads: the last line of `--json`. */
export function errorValue(error: Hop3Error): Readonly<Record<string, unknown>> {
  return { code: error.code, message: error.message, hint: error.hint ?? null, details: error.details }
}

function causes(cause: unknown, paint: Paint): readonly string[] {
  if (cause === undefined || cause === null) return []
  const text = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : JSON.stringify(cause)
  return [`${paint('dim', 'cause:')} ${text}`, ...causes(cause instanceof Error ? cause.cause : undefined, paint)]
}

function stackOf(error: Error): string {
  const origin = error.cause instanceof Error ? error.cause : error
  return origin.stack?.split('\n').slice(1).join('\n') ?? ''
}
