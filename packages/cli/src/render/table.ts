import { printable } from '@hop3/core'
import type { Paint, Style } from './style.ts'
import { textWidth } from './text-width.ts'

/** What stands in a cell may be anybody's: it is shown without what a terminal obeys, and painted only here. */
export type Cell = string | Styled | readonly (string | Styled)[]

export interface Styled {
  readonly style: Style
  readonly text: string
}

/** Columns under their titles, two blanks apart. Nothing is cut: a table in a pipe is read by programs. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const [title = '', ...lines] = columns([titles, ...rows], paint)
  return [paint('dim', title), ...lines].join('\n')
}

/** Rows with aligned columns, two blanks apart. */
export function columns(rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  const shown = rows.map((row) => row.map((cell) => showCell(cell, paint)))
  const widths: number[] = []
  for (const row of shown) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(cell))
  return shown.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - textWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}

function showCell(cell: Cell, paint: Paint): string {
  if (typeof cell === 'string') return printable(cell)
  if ('style' in cell) return paint(cell.style, printable(cell.text))
  return cell.map((part) => showCell(part, paint)).join('')
}
