import type { ZodType } from 'zod'

/** Parses and validates; `problem` names field and reason, fit for a message. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

export function parseJson<T>(text: string, schema: ZodType<T>): Parsed<T> {
  const written = readJson(text)
  if ('problem' in written) return written
  const result = schema.safeParse(written.value)
  if (result.success) return { value: result.data }
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return { problem: `${field === '' ? '' : `${field}: `}${issue?.message ?? 'it does not fit'}` }
}

function readJson(text: string): Parsed<unknown> {
  if (text.trim() === '') return { problem: 'it is empty' }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `it is not JSON (${error instanceof Error ? error.message : String(error)})` }
  }
}
