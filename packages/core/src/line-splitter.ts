import { StringDecoder } from 'node:string_decoder'

/** Characters of a line that are waited for: what prints a progress bar or no text ends none. */
const longest = 64 * 1024

export interface LineSplitter {
  /** Bytes, which may end within a character, or text. */
  push(chunk: Uint8Array | string): void
  /** Hands out what was printed without an end. */
  end(): void
}

/** Hands out whole lines without their end, `\n` or `\r\n`; of one that is too long, pieces of 64 Ki characters, so that it costs no more than one. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let open = ''
  const take = (text: string): void => {
    const lines = (open + text).split('\n')
    open = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    for (; open.length > longest; open = open.slice(longest)) onLine(open.slice(0, longest))
  }
  return {
    push: (chunk) => take(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end() {
      take(decoder.end())
      if (open !== '') onLine(open)
      open = ''
    },
  }
}
