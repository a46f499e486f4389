import { maskValue, type Hop3Error } from '@hop3/core'
import type { Paint } from './style.ts'
import { plainLines } from './text-width.ts'

type Mask = (text: string) => string
const asItIs: Mask = (text) => text

/** What a person reads: what happened, what to do, and for a defect of ours where. `verbose` adds the causes. */
export function errorText(error: Hop3Error, paint: Paint, verbose: boolean, mask: Mask = asItIs): string {
  // Messages quote workers and build commands. Masked first: a secret may hold what is taken out.
  const shown: Mask = (text) => mask(plainLines(mask(text)))
  const lines = [`${paint('red', 'error:')} ${shown(error.message)} ${paint('dim', `[${plainLines(error.code)}]`)}`]
  if (error.hint !== undefined) lines.push(`${paint('cyan', 'hint:')} ${shown(error.hint)}`)
  if (verbose) lines.push(...causes(error.cause, paint, mask, shown))
  // For everything else the place in our code says nothing to the person who must act.
  if (error.class === 'internal') lines.push(paint('dim', shown(stackOf(error))))
  return lines.join('\n')
}

/** What a program reads: the last line of `--json`. */
export function errorValue(error: Hop3Error, mask: Mask = asItIs): Readonly<Record<string, unknown>> {
  const { code, message, hint = null, details } = error
  return { code, message: mask(message), hint: hint === null ? null : mask(hint), details: maskValue(details, mask) }
}

function causes(cause: unknown, paint: Paint, mask: Mask, shown: Mask): readonly string[] {
  if (cause === undefined || cause === null) return []
  const text = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : JSON.stringify(maskValue(cause, mask))
  return [`${paint('dim', 'cause:')} ${shown(text)}`, ...causes(cause instanceof Error ? cause.cause : undefined, paint, mask, shown)]
}

function stackOf(error: Error): string {
  const origin = error.cause instanceof Error ? error.cause : error
  return origin.stack?.split('\n').slice(1).join('\n') ?? ''
}
