/** `package.json:12`: the file and the line on which `pattern` first matches; the file alone when it does not. */
export function originOf(file: string, text: string | undefined, pattern: RegExp): string {
  const at = text?.search(pattern) ?? -1
  if (text === undefined || at < 0) return file
  return originAt(file, text, at)
}

/** The same for a place that is known. */
export function originAt(file: string, text: string, at: number): string {
  return `${file}:${text.slice(0, at).split('\n').length}`
}

/** Where a member of a JSON object is written. */
export function jsonKey(key: string): RegExp {
  return new RegExp(`"${escaped(key)}"\\s*:`)
}

/** The text, for a pattern that is to find it as it is. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
