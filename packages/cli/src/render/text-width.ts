/** How many columns of a terminal a text takes, and cutting it to fit. */
import { stripVTControlCharacters } from '../node-util.ts'

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u

/** Colors take no room. */
export function textWidth(styled: string): number {
  const text = styled.includes('\u001b') ? stripVTControlCharacters(styled) : styled
  // eslint-disable-next-line no-control-regex -- one column each, the common case
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const segment of letters(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** The text when it fits into `columns`, else its beginning with an ellipsis. Expects no control sequences: see `plainLine`. */
export function cutToWidth(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (textWidth(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const segment of letters(text)) {
    width += wide.test(segment) ? 2 : 1
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** One line that cannot move the cursor: what a child process printed, without colors, after its last carriage return. */
export function plainLine(text: string): string {
  const last =
    stripVTControlCharacters(text)
      .replace(/[\r\n]+$/, '')
      .split(/[\r\n]/)
      .at(-1) ?? ''
  // eslint-disable-next-line no-control-regex -- the controls are what has to go
  return last.replaceAll('\t', '  ').replace(/[\x00-\x1f\x7f-\x9f]/g, '')
}

/**
 * A text of somebody else, with its lines and without what a terminal obeys: sequences that set the title or the clipboard, move the cursor
 * or change colors. For everything that is not our own paint.
 */
export function plainLines(text: string): string {
  // A lone carriage return starts a line here, or what stands before it would be hidden.
  return stripVTControlCharacters(text)
    .split(/\r\n|\n|\r/)
    .map(plainLine)
    .join('\n')
}

/** What a reader takes for one letter each. Making a segmenter takes longer than all else at start-up, so it waits for a text that needs it. */
function letters(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter().segment(text), (one) => one.segment)
}
