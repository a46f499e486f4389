/** Answers with one file: whole, in part, or not at all because the client has it. */
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { chooseCoding, type Coding } from './accept-encoding.ts'
import { isNotModified, requestedRange } from './conditional-request.ts'
import type { ContentCache } from './content-cache.ts'
import type { SiteFile, StoredFile } from './find-file.ts'
import { openStored } from './open-stored.ts'

export interface Sending {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly file: SiteFile
  readonly statusCode: 200 | 404
  readonly contents: ContentCache
  readonly onStall: { clientMustRead(response: ServerResponse): void; clientHasRead(response: ServerResponse): void }
}

/**
 * Resolves to false, with nothing said to the client, when the file is not there any more or another one is in its place. Never throws: one
 * that cannot be read to its end ends the connection.
 */
export async function sendFile(sending: Sending): Promise<boolean> {
  const { request, response, file, contents } = sending
  const coding: Coding = request.headers.range === undefined ? chooseCoding(request.headers['accept-encoding'], codings(file)) : 'identity'
  const found = file.encoded[coding] ?? file.identity
  const expected = describeAnswer(sending, found, coding)
  if (expected.part === undefined) return sendHead(response, expected)
  const kept = contents.get(found)
  if (kept !== undefined) return sendContent(response, expected, kept)

  const opened = await openStored(found)
  if (opened === undefined) return false
  const { handle, stored } = opened
  const answer = describeAnswer(sending, stored, coding)
  if (response.destroyed || answer.part === undefined) {
    await handle.close()
    return sendHead(response, answer)
  }
  if (!contents.fits(stored)) {
    response.writeHead(answer.statusCode, answer.headers)
    streamFile(response, handle, answer.part, sending.onStall)
    return true
  }
  const content = await readWhole(handle, stored.size)
  if (content === undefined) return false
  contents.put(stored, content)
  return sendContent(response, answer, content)
}

interface Answer {
  readonly statusCode: number
  readonly headers: string[]
  /** What to send of the file; `last` is inclusive. Undefined: nothing. */
  readonly part: { readonly first: number; readonly last: number } | undefined
}

function describeAnswer({ request, file, statusCode }: Sending, stored: StoredFile, coding: Coding): Answer {
  const headers = commonHeaders(file, stored, statusCode)
  if (statusCode === 200 && isNotModified(request.headers, stored)) return { statusCode: 304, headers, part: undefined }
  const range = statusCode === 200 ? requestedRange(request.headers, stored.size, stored) : { kind: 'whole' as const }
  if (range.kind === 'unsatisfiable')
    return { statusCode: 416, headers: ['Content-Range', `bytes */${stored.size}`, 'Content-Length', '0'], part: undefined }
  headers.push('Content-Type', file.type)
  if (coding !== 'identity') headers.push('Content-Encoding', coding)
  const [first, last] = range.kind === 'part' ? [range.first, range.last] : [0, stored.size - 1]
  if (range.kind === 'part') headers.push('Content-Range', `bytes ${first}-${last}/${stored.size}`)
  headers.push('Content-Length', String(last - first + 1))
  return {
    statusCode: range.kind === 'part' ? 206 : statusCode,
    headers,
    part: request.method === 'HEAD' ? undefined : { first, last },
  }
}

function sendHead(response: ServerResponse, { statusCode, headers }: Answer): true {
  if (response.destroyed) return true
  response.writeHead(statusCode, headers)
  response.end()
  return true
}

function sendContent(response: ServerResponse, { statusCode, headers, part }: Answer, content: Buffer): true {
  if (response.destroyed || part === undefined) return true
  response.writeHead(statusCode, headers)
  response.end(content.subarray(part.first, part.last + 1))
  return true
}

/** Undefined when it is shorter than it was, or cannot be read. Closes the file. */
async function readWhole(handle: FileHandle, size: number): Promise<Buffer | undefined> {
  try {
    const content = Buffer.alloc(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await handle.read(content, filled, size - filled, filled)
      if (bytesRead === 0) return undefined
      filled += bytesRead
    }
    return content
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}

function streamFile(
  response: ServerResponse,
  handle: FileHandle,
  { first, last }: { readonly first: number; readonly last: number },
  onStall: Sending['onStall'],
): void {
  const stream = handle.createReadStream({ start: first, end: last, highWaterMark: 65_536 })
  let sent = 0
  stream.on('data', (data: string | Buffer) => {
    sent += data.length
    if (response.write(data)) return
    stream.pause()
    onStall.clientMustRead(response)
    response.once('drain', () => {
      onStall.clientHasRead(response)
      stream.resume()
    })
  })
  // A short file must not look like a whole one.
  stream.on('end', () => void (sent === last - first + 1 ? response.end() : response.socket?.resetAndDestroy()))
  stream.on('error', () => void response.socket?.resetAndDestroy())
  response.on('close', () => stream.destroy())
}

function codings(file: SiteFile): Coding[] {
  return [...(file.encoded.br ? ['br' as const] : []), ...(file.encoded.gzip ? ['gzip' as const] : [])]
}

function commonHeaders(file: SiteFile, stored: StoredFile, statusCode: number): string[] {
  const headers = ['Cache-Control', statusCode === 404 ? 'no-cache' : file.cacheControl, 'X-Content-Type-Options', 'nosniff']
  if (statusCode === 200)
    headers.push('ETag', stored.etag, 'Last-Modified', new Date(stored.modified).toUTCString(), 'Accept-Ranges', 'bytes')
  if (file.encoded.br !== undefined || file.encoded.gzip !== undefined) headers.push('Vary', 'Accept-Encoding')
  return headers
}
