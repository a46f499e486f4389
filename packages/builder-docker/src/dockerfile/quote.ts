/**
 * Texts of users as words of a Dockerfile. The parser ends an instruction at a line's end whatever quotes are open, expands `$` in ENV, LABEL
 * and COPY, and takes a backslash for itself: a value comes out as it went in, or it is refused.
 */
import { hop3Error, visible } from '@hop3/core'

/** A value of ENV or LABEL, quoted. Undefined where no Dockerfile can hold it. */
export function quoteValue(value: string): string | undefined {
  return isRepresentable(value) ? `"${value.replace(/[\\"$]/g, '\\$&')}"` : undefined
}

/** No line break, no NUL, and nothing that is no text. */
export function isRepresentable(value: string): boolean {
  return !/[\0\r\n]/.test(value) && value.isWellFormed()
}

/** `A="1" B="2"`, whatever `ENV` or `LABEL` takes: `refused` are the names whose value no Dockerfile can hold. */
export function assignments(values: Readonly<Record<string, string>>): {
  readonly written: readonly string[]
  readonly refused: readonly string[]
} {
  const written: string[] = []
  const refused: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const quoted = quoteValue(value)
    if (quoted === undefined || !isVariableName(name)) refused.push(name)
    else written.push(`${name}=${quoted}`)
  }
  return { written, refused }
}

/** What a shell can export. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}

/**
 * The operands of COPY. A source with `*`, `?` or `[` is a pattern to it, in which each stands in brackets for itself and a backslash is doubled;
 * any other is a name. Throws `build.dockerfile.path`.
 */
export function copyWords(from: string, to: string): string {
  const source = /[*?[]/.test(from) ? from.replaceAll('\\', '\\\\').replace(/[*?[]/g, '[$&]') : from
  return isPlain(from) && isPlain(to) ? `${from} ${to}` : JSON.stringify([unexpanded(from, source), unexpanded(to, to)])
}

function unexpanded(path: string, word: string): string {
  if (!isRepresentable(path)) throw unfitPath(path)
  return word.replace(/[\\$]/g, '\\$&')
}

/** `build.dockerfile.path` */
export function unfitPath(path: string): Error {
  return hop3Error('build.dockerfile.path', `No Dockerfile can name the path ${visible(path)}.`, {
    hint: 'Rename it: a line break in a name ends an instruction.',
    details: { path },
  })
}

/** The same to the Dockerfile's parser, to a shell, and to whoever reads a list of mounts. */
export function isPlain(word: string): boolean {
  return /^[A-Za-z0-9_./@+:~][A-Za-z0-9_./@+:~-]*$/.test(word)
}
