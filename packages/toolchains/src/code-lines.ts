/** Source text of languages whose comments start with `#`, made safe to search: what is commented out is not there. */

/** The text with its comments blanked, every line where it was, so that positions hold. A `#` inside quotes is no comment. */
export function withoutComments(text: string): string {
  let isBlock = false
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      // Ruby's block comments.
      if (/^=begin\b/.test(line)) isBlock = true
      const kept = isBlock ? '' : codeOf(line)
      if (/^=end\b/.test(line)) isBlock = false
      return kept
    })
    .join('\n')
}

function codeOf(line: string): string {
  let quote = ''
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? ''
    if (character === '\\') index++
    else if (quote === '' && character === '#') return line.slice(0, index).trimEnd()
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
  }
  return line
}
