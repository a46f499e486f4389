import { hop3Error, visible } from '@hop3/core'
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Terminal } from './invocation.ts'

/**
 * The variables `hop3 env set` was given: `NAME=value` words, a `NAME` whose value is read from stdin, and the lines of a file. Later ones
 * win. Throws `usage.*`; a message never contains a value.
 */
export async function readAssignments(
  words: readonly string[],
  file: string | undefined,
  terminal: Pick<Terminal, 'cwd' | 'stdin' | 'stderr'>,
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
  const values = new Map(file === undefined ? [] : Object.entries(await readLines(file, terminal)))
  for (const word of words) {
    const at = word.indexOf('=')
    if (at === -1) values.set(word, withoutLastNewline(await readAll(word, terminal)))
    else values.set(word.slice(0, at), word.slice(at + 1))
  }
  return Object.fromEntries(values)
}

async function readLines(file: string, terminal: Pick<Terminal, 'cwd' | 'stdin' | 'stderr'>): Promise<Readonly<Record<string, string>>> {
  const text =
    file === '-'
      ? await readAll('NAME=value lines', terminal)
      : decode(await readFile(resolve(terminal.cwd, file)).catch(unreadable(file)), visible(file))
  return Object.fromEntries(Object.entries(parseEnv(text)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function unreadable(file: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw hop3Error('usage.unreadable-file', `Cannot read ${visible(file)}: ${cause.code ?? cause.message}.`, {
      hint: 'Name a file of NAME=value lines.',
      cause,
    })
  }
}

async function readAll(what: string, terminal: Pick<Terminal, 'stdin' | 'stderr'>): Promise<string> {
  const stdin = terminal.stdin()
  if (stdin.isTTY === true) terminal.stderr.write(`Type ${what}, then Enter and Ctrl-D.\n`)
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return decode(Buffer.concat(chunks), 'stdin')
}

/** Decoding puts something else in the place of what is not UTF-8, and a value would not be what was given. */
function decode(bytes: Buffer, from: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw hop3Error('usage.not-utf8', `What ${from} holds is not UTF-8.`, {
    hint: 'Encode it, as Base64 for example, or put it into a file under $HOP3_DATA and set the variable to its path.',
  })
}

/** `echo secret | hop3 env set …` means the secret, not the line end after it. */
function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '')
}
