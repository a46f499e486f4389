/** The value, or from which line on the text is no JSON, in words for a message after the file's name. */
export function readJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.trim() === '') return { problem: 'it is empty' }
  const read = tryJson(text)
  return 'fault' in read ? { problem: `it is not JSON from line ${faultLine(text, read.fault)} on` } : read
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
  // With a line more it still has it, so that not every line of a long text has to be tried.
  let [without, having] = [0, lines.length]
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2)
    const read = tryJson(lines.slice(0, middle).join('\n'))
    if ('fault' in read && read.fault.startsWith(unexpectedToken)) having = middle
    else without = middle
  }
  return having
}

const unexpectedToken = 'Unexpected token'
