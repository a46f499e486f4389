import type { Paint } from './style.ts'
import { textWidth } from './text-width.ts'

/** Columns under their titles, two blanks apart. Nothing is cut: a table in a pipe is read by programs. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const widths = titles.map((title, column) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[column] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [paint('dim', line(titles)), ...rows.map(line)].join('\n')
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)))
}
