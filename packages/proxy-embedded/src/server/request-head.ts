/** What a client's request becomes on its way to an upstream. Pure text. */
import type { IncomingMessage } from 'node:http'

export interface ClientFacts {
  readonly address: string
  /** The host the client asked for, as it wrote it. */
  readonly host: string
  readonly localPort: number
}

/** Hop-by-hop fields (RFC 9110 §7.6.1), what we say ourselves, and `Proxy`, which CGI programs would take for their own setting. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'http2-settings',
  'forwarded',
  'x-real-ip',
  'proxy',
])

/**
 * Request line and headers with the last empty line. A client's own `Forwarded` and `X-Forwarded-*` are dropped, also written with
 * underscores (CGI, WSGI and Rack cannot tell `_` from `-`), and ours put in their place.
 */
export function upstreamRequestHead(
  request: Pick<IncomingMessage, 'method' | 'rawHeaders' | 'headers'>,
  path: string,
  body: 'none' | 'length' | 'chunked',
  client: ClientFacts,
  upgrade: boolean,
): string {
  const { rawHeaders, headers } = request
  const connectionTokens = namedByConnection(headers.connection)
  let text = `${request.method} ${path} HTTP/1.1\r\nHost: ${client.host}\r\n`
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const key = name.toLowerCase().replaceAll('_', '-')
    if (dropped.has(key) || key.startsWith('x-forwarded-') || connectionTokens?.has(key) === true) continue
    text += `${name}: ${rawHeaders[index + 1]}\r\n`
  }
  if (body === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  else if (headers['content-length'] !== undefined) text += `Content-Length: ${headers['content-length']}\r\n`
  if (upgrade) text += `Connection: Upgrade\r\nUpgrade: ${headers.upgrade}\r\n`
  return `${text}${forwardedHeaders(client)}\r\n`
}

/** Whether a request has a body, and how its length is known. */
export function bodyOf({ headers }: Pick<IncomingMessage, 'headers'>): 'none' | 'length' | 'chunked' {
  if (headers['transfer-encoding'] !== undefined) return 'chunked'
  const length = headers['content-length']
  return length === undefined || /^0+$/.test(length) ? 'none' : 'length'
}

/** The fields a `Connection` header declares hop-by-hop, beside the usual words. */
function namedByConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  return new Set(connection.split(',').map((token) => token.trim().toLowerCase().replaceAll('_', '-')))
}

function forwardedHeaders({ address, host, localPort }: ClientFacts): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  const quotedHost = host.replace(/["\\]/g, '\\$&')
  return (
    `X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${localPort}\r\n` +
    `Forwarded: for=${node};host="${quotedHost}";proto=http\r\n`
  )
}
