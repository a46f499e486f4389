/** Answers with one file: whole, in part, or not at all because the client has it. */
import { constants, createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { chooseCoding, type Coding } from './accept-encoding.ts'
import { isNotModified, requestedRange } from './conditional-request.ts'
import type { ContentCache } from './content-cache.ts'
import type { SiteFile, StoredFile } from './find-file.ts'

export interface Sending {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly file: SiteFile
  readonly statusCode: 200 | 404
  readonly contents: ContentCache
  readonly onStall: { clientMustRead(response: ServerResponse): void; clientHasRead(response: ServerResponse): void }
}

/** Never throws: a file that vanished is a 404, one that cannot be read on ends the connection. */
export function sendFile(sending: Sending): void {
  const { request, response, file, statusCode } = sending
  const coding: Coding = request.headers.range === undefined ? chooseCoding(request.headers['accept-encoding'], codings(file)) : 'identity'
  const stored = file.encoded[coding] ?? file.identity
  const headers = commonHeaders(file, stored, statusCode)
  if (statusCode === 200 && isNotModified(request.headers, stored)) {
    response.writeHead(304, headers)
    return void response.end()
  }
  const range = statusCode === 200 ? requestedRange(request.headers, stored.size, stored) : { kind: 'whole' as const }
  if (range.kind === 'unsatisfiable') {
    response.writeHead(416, ['Content-Range', `bytes */${stored.size}`, 'Content-Length', '0'])
    return void response.end()
  }
  headers.push('Content-Type', file.type)
  if (coding !== 'identity') headers.push('Content-Encoding', coding)
  const [first, last] = range.kind === 'part' ? [range.first, range.last] : [0, stored.size - 1]
  if (range.kind === 'part') headers.push('Content-Range', `bytes ${first}-${last}/${stored.size}`)
  headers.push('Content-Length', String(last - first + 1))
  sendBytes(sending, stored, { first, last, headers, statusCode: range.kind === 'part' ? 206 : statusCode })
}

interface Part {
  readonly first: number
  readonly last: number
  readonly headers: string[]
  readonly statusCode: number
}

function sendBytes(
  { request, response, contents, onStall }: Sending,
  stored: StoredFile,
  { first, last, headers, statusCode }: Part,
): void {
  if (request.method === 'HEAD' || stored.size === 0) {
    response.writeHead(statusCode, headers)
    return void response.end()
  }
  const kept = contents.get(stored)
  if (kept !== undefined) {
    response.writeHead(statusCode, headers)
    return void response.end(first === 0 && last === kept.length - 1 ? kept : kept.subarray(first, last + 1))
  }
  void readWhole(contents, stored).then((content) => {
    if (response.destroyed) return
    if (content === 'missing') {
      response.writeHead(404, ['Content-Length', '0'])
      response.end()
      return
    }
    response.writeHead(statusCode, headers)
    if (content === 'large') streamFile(response, stored.path, first, last, onStall)
    else response.end(content.subarray(first, last + 1))
  })
}

async function readWhole(contents: ContentCache, stored: StoredFile): Promise<Buffer | 'large' | 'missing'> {
  if (!contents.fits(stored)) return 'large'
  try {
    const file = await open(stored.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const content = await file.readFile()
      if (content.length !== stored.size) return 'missing' // replaced since it was found
      contents.put(stored, content)
      return content
    } finally {
      await file.close()
    }
  } catch {
    return 'missing'
  }
}

function streamFile(response: ServerResponse, path: string, start: number, end: number, onStall: Sending['onStall']): void {
  const stream = createReadStream(path, { start, end, flags: 'r', highWaterMark: 65_536 })
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
  stream.on('end', () => void (sent === end - start + 1 ? response.end() : response.socket?.resetAndDestroy()))
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
