import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'
import { isObject, parseJson } from '@hop3/core/json'

/** The messages of an engine's answer, one JSON object a line. Throws what breaks the connection. */
export async function* answerLines(answer: Readable): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new StringDecoder('utf8')
  let open = ''
  for await (const chunk of answer) {
    const lines = (open + decoder.write(Buffer.from(chunk))).split('\n')
    open = lines.pop() ?? ''
    for (const line of lines) {
      const message = parseJson(line)
      if (isObject(message)) yield message
    }
  }
  const last = parseJson(open)
  if (isObject(last)) yield last
}
