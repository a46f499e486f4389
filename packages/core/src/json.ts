/** Reading JSON of unknown shape where a schema would cost more than it gives (`@hop3/core/json`): start-up, and processes that stay. */
export { readJson } from './read-json.ts'

/** Undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** True for what JSON calls an object: neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
