import type { ZodType } from 'zod'

/** Parses and validates; `problem` names field and reason, or from which line on it is no JSON, fit for a message. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string; readonly isJson: boolean }

export function parseJson<T>(text: string, schema: ZodType<T>): Parsed<T> {
  const written = readJson(text)
  if ('problem' in written) return written
  const result = schema.safeParse(written.value)
  if (result.success) return { value: result.data }
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return { problem: `${field === '' ? '' : `${field}: `}${issue?.message ?? 'it does not fit'}`, isJson: true }
}

function readJson(text: string): Parsed<unknown> {
  if (text.trim() === '') return { problem: 'it is empty', isJson: false }
  const read = tryJson(text)
  return 'fault' in read ? { problem: `it is not JSON from line ${faultLine(text, read.fault)} on`, isJson: false } : read
}

function tryJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** V8 says where, but of a text that ends too early, and of an unexpected token: that is in the first line with which the text has one. */
function faultLine(text: string, fault: string): number {
  const said = /\(line (\d+) /.exec(fault)?.[1]
  if (said !== undefined) return Number(said)
  const lines = text.trimEnd().split('\n')
  if (!fault.startsWith(unexpectedToken)) return lines.length
  const first = lines.findIndex((_, index) => {
    const read = tryJson(lines.slice(0, index + 1).join('\n'))
    return 'fault' in read && read.fault.startsWith(unexpectedToken)
  })
  return first + 1 || lines.length
}

const unexpectedToken = 'Unexpected token'
