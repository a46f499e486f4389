import type { View } from './view.ts'

/** Every event as one line of JSON (NDJSON), for programs. Talk that is no event is not written. */
export function createJsonView(write: (text: string) => void): View {
  return {
    event: (event) => write(`${JSON.stringify(event)}\n`),
    line: () => {},
    close: () => {},
  }
}
