import { parse, TomlError } from 'smol-toml'
import { hop3Error, visible } from '@hop3/core'
import { formatOrigin } from './text-position.ts'

/** The table a TOML text describes. Throws `config.syntax` with path:line:column. */
export function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (cause) {
    const position = cause instanceof TomlError ? { line: cause.line, column: cause.column } : undefined
    const origin = formatOrigin(path, position)
    throw hop3Error(
      'config.syntax',
      `${origin}: this is not TOML: ${problem(cause)}${position ? `, at ${lineAt(text, position.line)}` : ''}.`,
      {
        hint: 'Strings need quotes, a table is `[name]`, a key is `name = value`, and neither may be given twice.',
        cause,
        details: { origin },
      },
    )
  }
}

function problem(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it cannot be read'
  const first = cause.message.split('\n', 1)[0] ?? ''
  return first.replace(/^Invalid TOML document: /, '') || 'it cannot be read'
}

function lineAt(text: string, line: number): string {
  return visible((text.split('\n')[line - 1] ?? '').trim())
}
