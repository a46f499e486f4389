const palette = {
  background: '#16181d',
  bar: '#23262e',
  default: '#d7dae0',
  red: '#f2777a',
  green: '#8fd694',
  yellow: '#e5c07b',
  cyan: '#6cc7d9',
}
const cell = { width: 8.2, height: 19 }
const margin = { left: 18, top: 46, bottom: 20 }

/** The lines of `readScreen` as an SVG: no script, no font of its own, nothing from elsewhere. */
export function drawScreen(lines, { columns, title }) {
  const width = Math.ceil(columns * cell.width + 2 * margin.left)
  const height = margin.top + lines.length * cell.height + margin.bottom
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>text { font: 13.6px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; white-space: pre; }</style>
<rect width="${width}" height="${height}" rx="8" fill="${palette.background}"/>
<path d="M0 8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v20H0z" fill="${palette.bar}"/>
${['#f2777a', '#e5c07b', '#8fd694'].map((color, index) => `<circle cx="${18 + index * 18}" cy="14" r="5" fill="${color}"/>`).join('')}
${lines
  .map((line, row) => lineText(line, row))
  .filter(Boolean)
  .join('\n')}
</svg>
`
}

function lineText(line, row) {
  const y = margin.top + row * cell.height + 4
  const runs = runsOf(line).filter(({ text }) => text.trim() !== '')
  return runs.map((run) => runText(run, y)).join('')
}

/** Each run has the width of its cells, whatever font it is drawn with. */
function runText({ text, start, style }, y) {
  const { length } = [...text.trimEnd()]
  const attributes = [
    `x="${round(margin.left + start * cell.width)}"`,
    `y="${y}"`,
    `textLength="${round(length * cell.width)}"`,
    `fill="${palette[style.color]}"`,
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.dim ? ['opacity="0.6"'] : []),
  ]
  return `<text xml:space="preserve" ${attributes.join(' ')}>${escaped(text.trimEnd())}</text>`
}

/** A run begins where the style changes, and at a word after a gap: so columns stand where they stood. */
function runsOf(line) {
  const runs = []
  line.forEach(({ character, style }, column) => {
    const last = runs.at(-1)
    const isGap = last?.text.endsWith('  ') && character !== ' '
    if (last !== undefined && !isGap && JSON.stringify(last.style) === JSON.stringify(style)) last.text += character
    else runs.push({ text: character, start: column, style })
  })
  return runs.map((run) => ({ ...run, start: run.start + (run.text.length - run.text.trimStart().length), text: run.text.trimStart() }))
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value) {
  return Math.round(value * 10) / 10
}
