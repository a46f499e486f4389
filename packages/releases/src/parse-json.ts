import { readJson } from '@hop3/core/json'
import type { ZodType } from 'zod'

/** Parses and validates; `problem` names field and reason, or from which line on it is no JSON, fit for a message. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string; readonly isJson: boolean }

export function parseJson<T>(text: string, schema: ZodType<T>): Parsed<T> {
  const written = readJson(text)
  if ('problem' in written) return { ...written, isJson: false }
  const result = schema.safeParse(written.value)
  if (result.success) return { value: result.data }
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return { problem: `${field === '' ? '' : `${field}: `}${issue?.message ?? 'it does not fit'}`, isJson: true }
}
