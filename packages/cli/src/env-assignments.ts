import { hop3Error } from '@hop3/core'
import { parseEnvFile } from './env-file.ts'
import { readFileText, readStdin } from './given-text.ts'
import type { Terminal } from './invocation.ts'

export interface GivenInput {
  readonly terminal: Pick<Terminal, 'cwd' | 'stdin' | 'stderr'>
  readonly signal: AbortSignal
}

/**
 * The variables `hop3 env set` was given: `NAME=value` words, a `NAME` whose value is read from stdin, and the lines of a file. Later ones
 * win. Throws `usage.*`; a message never contains a value.
 */
export async function readAssignments(
  words: readonly string[],
  file: string | undefined,
  given: GivenInput,
): Promise<Readonly<Record<string, string>>> {
  const fromStdin = words.filter((word) => !word.includes('='))
  if (fromStdin.length + (file === '-' ? 1 : 0) > 1)
    throw hop3Error(
      'usage.stdin-twice',
      `Only one thing can be read from stdin, not ${[...fromStdin, ...(file === '-' ? ['--file -'] : [])].join(' and ')}.`,
      {
        hint: 'Set them one by one, or all with --file.',
      },
    )
  const values = new Map(file === undefined ? [] : Object.entries(await readLines(file, given)))
  for (const word of words) {
    const at = word.indexOf('=')
    if (at === -1) values.set(word, withoutLastNewline(await readStdin(word, given)))
    else values.set(word.slice(0, at), word.slice(at + 1))
  }
  return Object.fromEntries(values)
}

async function readLines(file: string, given: GivenInput): Promise<Readonly<Record<string, string>>> {
  const text =
    file === '-' ? await readStdin('NAME=value lines', given) : await readFileText(file, 'a file of NAME=value lines', given.terminal)
  return parseEnvFile(text, file === '-' ? 'stdin' : file)
}

/** `echo secret | hop3 env set …` means the secret, not the line end after it. */
function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '')
}
