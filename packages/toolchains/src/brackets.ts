/** Lists and arguments of languages that are searched, never run: read once from their opening on, whatever is in them. */

/** Where the bracket is that closes the one before `from`; undefined where none does. What quotes hold is no bracket; a quote ends with its line. */
export function closingBracket(text: string, from: number): number | undefined {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '"' || character === "'") at = quoteEnd(text, at)
    else if ('[{('.includes(character)) depth++
    else if (']})'.includes(character) && --depth === 0) return at
  }
  return undefined
}

/** The texts of the list that `opening` begins, as `["a", 'b']`: those of lists inside it are another's. Empty where it is never closed. */
export function quotedTexts(text: string, opening: RegExp): readonly string[] {
  const found = opening.exec(text)
  const texts: string[] = []
  let depth = found === null ? 0 : 1
  for (let at = (found?.index ?? 0) + (found?.[0].length ?? 0); at < text.length && depth > 0; at++) {
    const character = text[at] ?? ''
    if (character === '"' || character === "'") {
      const end = quoteEnd(text, at)
      if (depth === 1 && text[end] === character) texts.push(text.slice(at + 1, end))
      at = end
    } else if ('[{('.includes(character)) depth++
    else if (']})'.includes(character)) depth--
  }
  return depth === 0 ? texts : []
}

/** What lies between the first place of `opening` and the next `closing`; undefined where one of them is not there. */
export function between(text: string, opening: RegExp, closing: string): string | undefined {
  const found = opening.exec(text)
  const start = (found?.index ?? 0) + (found?.[0].length ?? 0)
  const end = found === null ? -1 : text.indexOf(closing, start)
  return end === -1 ? undefined : text.slice(start, end)
}

/** Of the quote at `start`: where the one is that ends it, or its line's end. */
function quoteEnd(text: string, start: number): number {
  const quote = text[start]
  let at = start + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return at
}
