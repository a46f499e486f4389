/** Text that an option names instead of holding it. */
import { hop3Error, visible } from '@hop3/core'
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Terminal } from './invocation.ts'

/** Values and plans are far smaller; devices and pipes may go on for ever. */
const mostMegabytes = 4

export interface StdinRequest {
  readonly terminal: Pick<Terminal, 'stdin' | 'stderr'>
  readonly signal: AbortSignal
}

/** All of stdin; a person at a terminal is told `what` to type. Throws `usage.not-utf8` and `usage.too-much`, or the signal's reason. */
export async function readStdin(what: string, { terminal, signal }: StdinRequest): Promise<string> {
  const stdin = terminal.stdin()
  if (stdin.isTTY === true) terminal.stderr.write(`Type ${what}, then Enter and Ctrl-D.\n`)
  signal.throwIfAborted()
  // Nobody can be told to stop waiting for a stream; it is ended instead.
  const end = (): void => void stdin.destroy?.()
  signal.addEventListener('abort', end)
  try {
    return decode(await readAll(stdin, 'stdin', what), 'stdin')
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** As `readFileText`, and it must be a file: a pipe that nobody writes to would never end. */
export async function readRegularFileText(file: string, what: string, terminal: Pick<Terminal, 'cwd'>): Promise<string> {
  const found = await stat(resolve(terminal.cwd, file)).catch(() => undefined)
  if (found === undefined || found.isFile()) return readFileText(file, what, terminal)
  throw hop3Error('usage.unreadable-file', `Cannot read ${visible(file)}: it is no regular file.`, {
    hint: `Name ${what}, or write - to have it read from stdin.`,
  })
}

/** A file of the operator's. Throws `usage.unreadable-file`, saying that `what` was wanted, `usage.not-utf8` and `usage.too-much`. */
export async function readFileText(file: string, what: string, { cwd }: Pick<Terminal, 'cwd'>): Promise<string> {
  const bytes = await readAll(createReadStream(resolve(cwd, file)), visible(file), what)
  return decode(bytes, visible(file))
}

async function readAll(stream: AsyncIterable<string | Buffer>, from: string, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of unlessUnreadable(stream, from, what)) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (size > mostMegabytes * 1024 * 1024) {
      throw hop3Error('usage.too-much', `${from} holds more than ${mostMegabytes} MiB.`, {
        hint: `It was to be ${what}. Put larger things into a file under $HOP3_DATA.`,
      })
    }
  }
  return Buffer.concat(chunks)
}

async function* unlessUnreadable<T>(stream: AsyncIterable<T>, from: string, what: string): AsyncIterable<T> {
  try {
    yield* stream
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw hop3Error('usage.unreadable-file', `Cannot read ${from}: ${reason}.`, { hint: `Name ${what}.`, cause })
  }
}

/** Decoding puts something else in the place of what is not UTF-8, and a value would not be what was given. */
function decode(bytes: Buffer, from: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw hop3Error('usage.not-utf8', `What ${from} holds is not UTF-8.`, {
    hint: 'Encode it, as Base64 for example, or put it into a file under $HOP3_DATA and set the variable to its path.',
  })
}
