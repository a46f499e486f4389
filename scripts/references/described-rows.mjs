/** Joins names from the sources with texts from docs/texts: each has to have the other. */
export function describedRows(names, texts, kind) {
  const known = new Set(names)
  return {
    textOf: (name) => texts[name] ?? '',
    problems: [
      ...names.filter((name) => !texts[name]).map((name) => `${kind} ${name} has no text in docs/texts`),
      ...Object.keys(texts)
        .filter((name) => !known.has(name))
        .map((name) => `docs/texts has a text for ${name}, and there is no such ${kind}`),
    ],
  }
}

/** A row of a Markdown table. */
export function row(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
