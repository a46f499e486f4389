/** The proxy's own answers: one line of text, never a stack, never a path. */
import type { ServerResponse } from 'node:http'
import { STATUS_CODES } from './node-http.ts'

/** Answers and, with `close`, ends the connection after it. Does nothing when an answer has begun. */
export function answerPlainly(response: ServerResponse, statusCode: number, text: string, options: PlainOptions = {}): void {
  if (response.headersSent || response.destroyed) return
  const body = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}: ${text}\n`
  const headers = [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
  ]
  headers.push('X-Content-Type-Options', 'nosniff', ...(options.headers ?? []))
  if (options.close === true) headers.push('Connection', 'close')
  response.writeHead(statusCode, headers)
  response.end(body)
}

export interface PlainOptions {
  readonly headers?: readonly string[]
  readonly close?: boolean
}
