/** `line` and `column` count from 1; a column is a UTF-16 code unit, as editors count. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** Where `offset` is in `text`. Offsets beyond the end mean the end. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  let line = 1
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++
  return { line, column: before.length - lineStart + 1 }
}

/** `hop3.toml:3:1`, or the file alone where the position is not known. */
export function formatOrigin(path: string, position: TextPosition | undefined): string {
  return position === undefined ? path : `${path}:${position.line}:${position.column}`
}
