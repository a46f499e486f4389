/** One line of a header or trailer section (RFC 9110 §5.5). */

export interface Field {
  readonly name: string
  /** Without the white space around it. */
  readonly value: string
}

/** No control characters in a value but the tab: `node:http` throws on the others when it is to pass them on. */
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/

/** `text` is latin1, without its CRLF. Undefined when it is malformed. */
export function parseField(text: string): Field | undefined {
  const [, name, value] = fieldLine.exec(text) ?? []
  return name === undefined || value === undefined ? undefined : { name, value }
}
