import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { hop3Error, shellQuote, visible } from '@hop3/core'
import { findEntry, isLinkToNothing, unreadable, type SourceEntry } from './source-path.ts'
import { tooLarge } from './text-bounds.ts'

/** Larger files are no configuration. */
const mostBytes = 4 * 1024 * 1024

/**
 * The text of a regular file of the source, without byte order mark; undefined when there is none. Throws `config.unreadable` when it
 * cannot be read, is no file, is a link to nothing or is not UTF-8, `config.too-large` when it is larger than 4 MiB, and as `findEntry`.
 */
export function readSourceText(root: string, path: string): string | undefined {
  const entry = findEntry(root, path)
  if (entry === undefined && !isLinkToNothing(root, path)) return undefined
  if (entry?.stats.isFile() !== true) throw noFile(path, entry)
  return decode(path, readBounded(path, entry.realPath))
}

/** As `readSourceText`, for files that mean nothing when they are none: what is no file is passed over. */
export function readIfFile(root: string, path: string): string | undefined {
  return findEntry(root, path)?.stats.isFile() === true ? readSourceText(root, path) : undefined
}

function noFile(path: string, entry: SourceEntry | undefined): Error {
  const no = entry === undefined ? 'it is a link to nothing' : 'it is no regular file'
  const saw = entry?.stats.isDirectory() === true ? 'it is a directory, and a file is read by that name' : no
  return hop3Error('config.unreadable', `Cannot read ${visible(path)}: ${saw}.`, {
    hint: `Put the file in its place, or rename it: mv ${shellQuote(path)} ${shellQuote(`${path}.old`)}`,
    details: { path: visible(path) },
  })
}

function readBounded(path: string, realPath: string): Buffer {
  let descriptor: number | undefined
  try {
    // The path has no link: one that appears now was put there to mislead. Non-blocking, because a pipe may take the file's place.
    descriptor = openSync(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { size } = fstatSync(descriptor)
    if (size <= mostBytes) return readFileSync(descriptor)
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
  throw tooLarge(path, 'it is larger than 4 MiB')
}

function decode(path: string, bytes: Buffer): string {
  const encoding = utf16Of(bytes)
  if (encoding === undefined && isUtf8(bytes)) {
    const text = bytes.toString('utf8')
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }
  const saw = encoding !== undefined ? 'it is encoded in UTF-16' : `line ${firstBadLine(bytes)} is not UTF-8`
  throw hop3Error('config.unreadable', `Cannot read ${visible(path)}: ${saw}.`, {
    hint: `Save the file as UTF-8: iconv -f ${encoding ?? 'latin1'} -t utf-8 ${path}`,
    details: { path: visible(path) },
  })
}

/** By its byte order mark; without one by the zeros that are every other byte of what is mostly ASCII: such bytes are UTF-8 as well. */
function utf16Of(bytes: Buffer): 'utf-16' | 'utf-16le' | 'utf-16be' | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  if (!bytes.includes(0)) return undefined
  const start = bytes.subarray(0, 1000)
  const zeros = (parity: number): number => start.filter((byte, index) => byte === 0 && index % 2 === parity).length
  const [even, odd] = [zeros(0), zeros(1)]
  if (even === 0 && odd * 4 > start.length) return 'utf-16le'
  return odd === 0 && even * 4 > start.length ? 'utf-16be' : undefined
}

/** No UTF-8 sequence spans a line feed, so lines can be judged one by one. */
function firstBadLine(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1 && isUtf8(bytes.subarray(start, end)); end = bytes.indexOf(10, start)) {
    start = end + 1
    line++
  }
  return line
}
