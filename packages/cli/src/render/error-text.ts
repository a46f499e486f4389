import { maskValue, type Hop3Error } from '@hop3/core'
import type { AppFailure } from '../each-app.ts'
import type { Paint } from './style.ts'
import { plainLines } from './text-width.ts'

type Mask = (text: string) => string
const asItIs: Mask = (text) => text

/** What a person reads: what happened, what to do, and for a defect of ours where. `verbose` adds the causes. */
export function errorText(error: Hop3Error, paint: Paint, verbose: boolean, mask: Mask = asItIs): string {
  return [problemText(error, paint, mask), ...hintText(error, paint, mask), ...originText(error, paint, verbose, mask)].join('\n')
}

/** The errors of several apps, and then what to do about them, each hint once. */
export function failuresText(failures: readonly AppFailure[], paint: Paint, verbose: boolean, mask: Mask = asItIs): string {
  const hints = new Set(failures.flatMap(({ error }) => hintText(error, paint, mask)))
  const problems = failures.flatMap(({ app, error }) => [
    problemText(error, paint, mask, `${app}: `),
    ...originText(error, paint, verbose, mask),
  ])
  return [...problems, ...hints].join('\n')
}

/** What a program reads: the last line of `--json`. */
export function errorValue(error: Hop3Error, mask: Mask = asItIs): Readonly<Record<string, unknown>> {
  const { code, message, hint = null, details } = error
  return { code, message: mask(message), hint: hint === null ? null : mask(hint), details: maskValue(details, mask) }
}

function problemText(error: Hop3Error, paint: Paint, mask: Mask, about = ''): string {
  return `${paint('red', 'error:')} ${about}${shown(error.message, mask)} ${paint('dim', `[${plainLines(error.code)}]`)}`
}

function hintText(error: Hop3Error, paint: Paint, mask: Mask): readonly string[] {
  return error.hint === undefined ? [] : [`${paint('cyan', 'hint:')} ${shown(error.hint, mask)}`]
}

function originText(error: Hop3Error, paint: Paint, verbose: boolean, mask: Mask): readonly string[] {
  return [
    ...(verbose ? causes(error.cause, paint, mask) : []),
    // For everything else the place in our code says nothing to the person who must act.
    ...(error.class === 'internal' ? [paint('dim', shown(stackOf(error), mask))] : []),
  ]
}

function causes(cause: unknown, paint: Paint, mask: Mask): readonly string[] {
  if (cause === undefined || cause === null) return []
  const text = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : JSON.stringify(maskValue(cause, mask))
  return [`${paint('dim', 'cause:')} ${shown(text, mask)}`, ...causes(cause instanceof Error ? cause.cause : undefined, paint, mask)]
}

/** Messages quote workers and build commands. Masked first: a secret may hold what is taken out. */
function shown(text: string, mask: Mask): string {
  return mask(plainLines(mask(text)))
}

function stackOf(error: Error): string {
  const origin = error.cause instanceof Error ? error.cause : error
  return origin.stack?.split('\n').slice(1).join('\n') ?? ''
}
