/** Reads from a request which host and path it is for (RFC 9112 §3.2). */
import type { IncomingMessage } from 'node:http'

export interface RequestTarget {
  /** As the client wrote it, with its port. Empty for HTTP/1.0 without a Host. */
  readonly host: string
  /** Lower case, without port and last dot. */
  readonly hostName: string
  /** Path and query, or `*`. */
  readonly path: string
}

const hostText = /^(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/

/** Undefined when the request has two hosts, one that is none, or a target that is not a path. */
export function readTarget({
  url = '',
  rawHeaders,
  headers,
  method,
}: Pick<IncomingMessage, 'url' | 'rawHeaders' | 'headers' | 'method'>): RequestTarget | undefined {
  let host = headers.host ?? ''
  let path = url
  if (!url.startsWith('/')) {
    const absolute = /^https?:\/\/([^/?#@]+)(\/[^#]*|\?[^#]*)?$/i.exec(url)
    if (absolute !== null) {
      // The target's own authority counts, whatever Host says.
      host = absolute[1] ?? ''
      path = absolute[2] ?? '/'
      if (!path.startsWith('/')) path = `/${path}`
    } else if (url !== '*' || method !== 'OPTIONS') return undefined
  }
  if (!hostText.test(host) || countHosts(rawHeaders) > 1) return undefined
  return { host, hostName: nameOf(host), path }
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

function nameOf(host: string): string {
  const port = /:\d{0,5}$/.exec(host)
  const name = (port === null ? host : host.slice(0, port.index)).toLowerCase()
  return name.endsWith('.') ? name.slice(0, -1) : name
}
