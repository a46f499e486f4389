/** Serves the files of one directory. */
import { realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerPlainly } from '../server/plain-answer.ts'
import type { ContentCache } from './content-cache.ts'
import { findFile, type Found } from './find-file.ts'
import { sendFile, type Sending } from './send-file.ts'
import { formatSitePath, parseSitePath } from './url-path.ts'

export interface Site {
  /**
   * Answers a request for `path`, the part of the URL below the site's prefix, without the query. `onMissing` is called instead of
   * answering 404 when it is given.
   */
  serve(request: IncomingMessage, response: ServerResponse, path: string, onMissing?: () => void): void
}

export interface SiteOptions {
  readonly directory: string
  /** `/` or the URL prefix the directory stands for: ends in `/`. */
  readonly prefix: string
  /** Unknown pages are the root's index.html. */
  readonly spa: boolean
  /** 404.html is the page for what is missing. */
  readonly notFoundPage: boolean
  readonly contents: ContentCache
  readonly guard: Sending['onStall']
}

/** How long what was found on disk is believed, in milliseconds: files outside a release may change. */
const freshFor = 1_000
const maxKnown = 4_096

export function createSite(options: SiteOptions): Site {
  const known = new Map<string, { found: Found; at: number }>()
  const { contents, guard } = options

  const look = async (path: string, names: readonly string[], directory: boolean): Promise<Found> => {
    // Every time anew: the root itself may be a link that moves.
    const root = await realpath(options.directory).catch(() => undefined)
    const found: Found = root === undefined ? { kind: 'missing' } : await findFile(root, names, directory)
    // What is missing is not remembered: anybody may invent names.
    if (found.kind === 'missing') known.delete(path)
    else {
      if (known.size >= maxKnown) known.clear()
      known.set(path, { found, at: performance.now() })
    }
    return found
  }
  const send = (request: IncomingMessage, response: ServerResponse, found: Found, statusCode: 200 | 404): boolean => {
    if (found.kind !== 'file') return false
    sendFile({ request, response, file: found.file, statusCode, contents, onStall: guard })
    return true
  }
  const answerMissing = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (options.spa && wantsPage(request, path) && send(request, response, await look('/', [], true), 200)) return
    if (options.notFoundPage && send(request, response, await look('/404.html', ['404.html'], false), 404)) return
    answerPlainly(response, 404, 'there is no such file.')
  }

  return {
    serve(request, response, path, onMissing) {
      const last = known.get(path)
      if (last !== undefined && performance.now() - last.at < freshFor && isRead(request)) {
        if (!send(request, response, last.found, 200)) redirect(request, response, options.prefix, path)
        return
      }
      const parsed = parseSitePath(path)
      if (parsed.kind === 'unfit') return onMissing ? onMissing() : answerPlainly(response, parsed.statusCode, 'there is no such file.')
      if (!isRead(request)) {
        request.resume()
        if (onMissing) return onMissing()
        return answerPlainly(response, 405, 'a site answers GET and HEAD.', { headers: ['Allow', 'GET, HEAD'], close: true })
      }
      void look(path, parsed.names, parsed.directory).then(async (found) => {
        if (response.destroyed || send(request, response, found, 200)) return
        if (found.kind === 'directory') redirect(request, response, options.prefix, path)
        else if (onMissing) onMissing()
        else await answerMissing(request, response, path)
      })
    },
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** A browser asks for a page by name, other clients for anything; scripts and pictures that are missing must not become pages. */
function wantsPage({ headers }: IncomingMessage, path: string): boolean {
  const { accept } = headers
  if (accept === undefined || accept.includes('text/html')) return true
  return accept.includes('*/*') && !path.slice(path.lastIndexOf('/')).includes('.')
}

/** `dir` → `dir/`, so that relative links in its index.html lead into it. */
function redirect(request: IncomingMessage, response: ServerResponse, prefix: string, path: string): void {
  const parsed = parseSitePath(path)
  const names = parsed.kind === 'names' ? parsed.names : []
  const query = request.url?.indexOf('?') ?? -1
  const location = `${prefix.slice(0, -1)}${formatSitePath(names)}/${query === -1 ? '' : (request.url ?? '').slice(query)}`
  answerPlainly(response, 301, location, { headers: ['Location', location] })
}
