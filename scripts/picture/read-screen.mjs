/**
 * What a terminal shows after `text`: lines of `{ character, style }`. Knows what the CLI writes (colors, the cursor up, erasing below) and
 * throws on anything else, so that a picture is never wrong without anybody noticing.
 */
export function readScreen(text) {
  const lines = [[]]
  let row = 0
  let column = 0
  let style = plain
  // eslint-disable-next-line no-control-regex -- terminals speak in control characters
  for (const [token, parameters, command] of text.matchAll(/\u001b\[([?0-9;]*)([A-Za-z])|[^]/gu)) {
    if (command !== undefined) obey(parameters, command)
    else if (token === '\n') moveTo(row + 1)
    else if (token === '\r') column = 0
    else put(token)
  }
  while (lines.at(-1)?.length === 0) lines.pop()
  return lines

  function obey(parameters, command) {
    if (command === 'm') style = restyled(style, parameters)
    else if (command === 'A') moveTo(row - Number(parameters || 1))
    else if (command === 'J' && /^0?$/.test(parameters)) {
      lines.length = row + 1
      lines[row].length = Math.min(lines[row].length, column)
    } else if (!(/^\?(25|2026)$/.test(parameters) && /[hl]/.test(command)))
      throw new Error(`unknown control sequence ${parameters}${command}`)
  }

  function moveTo(next) {
    if (next < 0) throw new Error('the cursor leaves the screen')
    row = next
    while (lines.length <= row) lines.push([])
  }

  function put(character) {
    if (character < ' ') throw new Error(`unknown control character ${JSON.stringify(character)}`)
    while (lines[row].length < column) lines[row].push({ character: ' ', style: plain })
    lines[row][column++] = { character, style }
  }
}

const plain = Object.freeze({ color: 'default', bold: false, dim: false })
const colors = { 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan', 39: 'default' }

function restyled(before, parameters) {
  return (parameters === '' ? '0' : parameters).split(';').reduce((style, code) => {
    if (code === '0') return plain
    if (code === '1') return { ...style, bold: true }
    if (code === '2') return { ...style, dim: true }
    if (code === '22') return { ...style, bold: false, dim: false }
    if (code in colors) return { ...style, color: colors[code] }
    throw new Error(`unknown style ${code}`)
  }, before)
}
