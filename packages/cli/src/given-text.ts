/** Text that an option names instead of holding it. */
import { hop3Error, visible } from '@hop3/core'
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Terminal } from './invocation.ts'

/** All of stdin; a person at a terminal is told `what` to type. Throws `usage.not-utf8`. */
export async function readStdin(what: string, terminal: Pick<Terminal, 'stdin' | 'stderr'>): Promise<string> {
  const stdin = terminal.stdin()
  if (stdin.isTTY === true) terminal.stderr.write(`Type ${what}, then Enter and Ctrl-D.\n`)
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return decode(Buffer.concat(chunks), 'stdin')
}

/** A file of the operator's. Throws `usage.unreadable-file`, saying that `what` was wanted, and `usage.not-utf8`. */
export async function readFileText(file: string, what: string, { cwd }: Pick<Terminal, 'cwd'>): Promise<string> {
  const bytes = await readFile(resolve(cwd, file)).catch((cause: NodeJS.ErrnoException): never => {
    throw hop3Error('usage.unreadable-file', `Cannot read ${visible(file)}: ${cause.code ?? cause.message}.`, {
      hint: `Name ${what}.`,
      cause,
    })
  })
  return decode(bytes, visible(file))
}

/** Decoding puts something else in the place of what is not UTF-8, and a value would not be what was given. */
function decode(bytes: Buffer, from: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw hop3Error('usage.not-utf8', `What ${from} holds is not UTF-8.`, {
    hint: 'Encode it, as Base64 for example, or put it into a file under $HOP3_DATA and set the variable to its path.',
  })
}
