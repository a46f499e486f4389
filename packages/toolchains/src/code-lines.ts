/** Source text made safe to search: what is commented out is not there. Comments start with `#` where nothing else is said. */

/** The text with its comments blanked, every line where it was, so that positions hold. A `#` inside quotes is no comment. */
export function withoutComments(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n')
  // As many lines as there may be cost more than the text.
  if (!plain.includes('#') && !plain.includes('=begin')) return plain
  let isBlock = false
  return plain
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

/** The same for languages whose comments begin with two slashes, or with a slash and a star: lines that begin so, or with the star of a further line, are blank. */
export function withoutCommentLines(text: string): string {
  return text.replace(/^[ \t]*(?:\/\/|\/\*|\*).*$/gm, '')
}

function codeOf(line: string): string {
  if (!line.includes('#')) return line
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
