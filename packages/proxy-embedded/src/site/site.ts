/** Serves the files of one directory. */
import { realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerPlainly } from '../server/plain-answer.ts'
import type { ContentCache } from './content-cache.ts'
import { findFile, type Found, type SiteFile } from './find-file.ts'
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

  const look = async ({ path, names, directory }: Place): Promise<Found> => {
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
  const send = (asked: Asked, file: SiteFile, statusCode: 200 | 404): Promise<boolean> =>
    sendFile({ ...asked, file, statusCode, contents, onStall: guard })
  /** A file that is replaced while it is looked for is looked for once more. */
  const lookAndSend = async (asked: Asked, place: Place, statusCode: 200 | 404): Promise<'sent' | 'directory' | 'missing'> => {
    for (let looks = 0; looks < 2; looks++) {
      const found = await look(place)
      if (asked.response.destroyed) return 'sent'
      if (found.kind !== 'file') return found.kind
      if (await send(asked, found.file, statusCode)) return 'sent'
      known.delete(place.path)
    }
    return 'missing'
  }
  const answerMissing = async (asked: Asked, path: string): Promise<void> => {
    if (options.spa && wantsPage(asked.request, path) && (await lookAndSend(asked, indexPage, 200)) === 'sent') return
    if (options.notFoundPage && (await lookAndSend(asked, notFoundPage, 404)) === 'sent') return
    answerPlainly(asked.response, 404, 'there is no such file.')
  }
  const answer = async (asked: Asked, place: Place, last: Found | undefined, onMissing: (() => void) | undefined): Promise<void> => {
    if (last?.kind === 'file' && (await send(asked, last.file, 200))) return
    const outcome = last?.kind === 'directory' ? 'directory' : await lookAndSend(asked, place, 200)
    if (outcome === 'directory') redirect(asked.request, asked.response, options.prefix, place)
    else if (outcome === 'missing' && onMissing) onMissing()
    else if (outcome === 'missing') await answerMissing(asked, place.path)
  }

  return {
    serve(request, response, path, onMissing) {
      const parsed = parseSitePath(path)
      if (parsed.kind === 'unfit') return onMissing ? onMissing() : answerPlainly(response, parsed.statusCode, 'there is no such file.')
      if (!isRead(request)) {
        request.resume()
        if (onMissing) return onMissing()
        return answerPlainly(response, 405, 'a site answers GET and HEAD.', { headers: ['Allow', 'GET, HEAD'], close: true })
      }
      const last = known.get(path)
      const isFresh = last !== undefined && performance.now() - last.at < freshFor
      void answer({ request, response }, { path, ...parsed }, isFresh ? last.found : undefined, onMissing)
    },
  }
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Place {
  readonly path: string
  readonly names: readonly string[]
  readonly directory: boolean
}

const indexPage: Place = { path: '/', names: [], directory: true }
const notFoundPage: Place = { path: '/404.html', names: ['404.html'], directory: false }

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
function redirect(request: IncomingMessage, response: ServerResponse, prefix: string, { names }: Place): void {
  const query = request.url?.indexOf('?') ?? -1
  const location = `${prefix.slice(0, -1)}${formatSitePath(names)}/${query === -1 ? '' : (request.url ?? '').slice(query)}`
  answerPlainly(response, 301, location, { headers: ['Location', location] })
}
