/** One request and its response on one connection to an upstream. */
import type { Socket } from 'node:net'
import type { ResponseHead } from './response-head.ts'

export interface UpstreamRequest {
  readonly method: string
  /** Request line and headers, with the last empty line; latin1. */
  readonly head: string
  /** `chunked`: the body's length is not known. */
  readonly body: 'none' | 'length' | 'chunked'
  /** The client asked to change protocols. */
  readonly upgrade: boolean
}

export type FailureKind =
  /** No connection: nothing was sent. */
  | 'connect'
  /** The connection ended before the response's head was complete. */
  | 'lost'
  | 'timeout'
  | 'malformed'
  /** The connection ended within the response. */
  | 'truncated'

export interface Failure {
  readonly kind: FailureKind
  /** The connection had carried another request before: it may have been closed while this one was on its way. */
  readonly reused: boolean
  readonly message: string
}

/** Exactly one of `onEnd`, `onUpgrade` and `onFailure` is the last call; none comes after `abort`. */
export interface ExchangeHandler {
  /** The request head is on its way; the body may be written now. */
  onConnected(exchange: Exchange): void
  onInformational(head: ResponseHead): void
  onHead(head: ResponseHead, more: boolean): void
  onData(data: Buffer, last: boolean): void
  onEnd(trailers: readonly string[]): void
  onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void
  /** The upstream can take more of the body. */
  onDrain(): void
  onFailure(failure: Failure): void
}

export interface Exchange {
  /** Returns false when the upstream wants no more for now; `onDrain` follows. */
  write(data: Buffer): boolean
  endBody(): void
  pause(): void
  resume(): void
  /** Closes the connection: the upstream sees that nobody wants the answer. */
  abort(): void
}
