/** `package.json:12`: the file and the line on which `pattern` first matches; the file alone when it does not. */
export function originOf(file: string, text: string | undefined, pattern: RegExp): string {
  const at = text?.search(pattern) ?? -1
  if (text === undefined || at < 0) return file
  return `${file}:${text.slice(0, at).split('\n').length}`
}
