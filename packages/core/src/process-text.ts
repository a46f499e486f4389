/** Bytes of one variable or argument, with its NUL: MAX_ARG_STRLEN of Linux. */
const longestString = 131_072

/** Why no process can be given the text as an argument or a variable of so many bytes, its NUL among them; undefined when it can. */
export function problemOfText(text: string, bytes: number): string | undefined {
  if (text.includes('\0')) return 'it holds NUL, where every program would take it to end'
  if (!text.isWellFormed()) return 'it holds half of a surrogate pair, which is no text'
  return bytes > longestString ? `it is longer than the ${longestString - 1} bytes Linux takes` : undefined
}
