/** The only file of the planner that uses the network; loaded when a list of providers holds a URL that is not in the cache. */
import { get as getPlain, type IncomingMessage } from 'node:http'
import { Agent, get as getSecure } from 'node:https'
import { hop3Error, visible } from '@hop3/core'
import { mostPlanBytes } from './plan-file.ts'
import type { ProviderAccess } from './provider-access.ts'

const mostRedirects = 3
const mostMilliseconds = 10_000

/**
 * The body at `url`, at most 1 MiB, within 10 seconds and 3 redirects, over https; http is for this very host. Throws `config.provider.url`
 * and `config.provider.fetch`, or the signal's reason.
 */
export async function fetchPlan(origin: string, url: string, { signal, env }: Pick<ProviderAccess, 'signal' | 'env'>): Promise<Buffer> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(mostMilliseconds)])
  try {
    let at = parseUrl(origin, url, false)
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const answer = await request(at, env, ended)
      if (answer.location === undefined) return answer.body
      at = parseUrl(origin, answer.location, at.protocol === 'https:', at)
    }
    throw new Error(`it redirects more than ${mostRedirects} times`)
  } catch (cause) {
    signal.throwIfAborted()
    throw failure(origin, url, cause, ended.aborted)
  }
}

function parseUrl(origin: string, written: string, wasSecure: boolean, base?: URL): URL {
  const url = URL.parse(written, base?.href)
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url !== null && url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback && !wasSecure)))
    return url
  const saw = url === null ? 'is no URL' : url.username === '' ? 'is not https' : 'holds a password'
  throw hop3Error('config.provider.url', `${origin}: ${visible(written)} ${saw}.`, {
    hint:
      url?.protocol === 'http:' && url.username === '' && base === undefined
        ? `Write "${written.replace(/^http:/i, 'https:').replace(/#.*$/, '')}#sha256=…" if the server has https; else copy the file into the app, and name it "./${url.pathname.split('/').at(-1) || 'plan.toml'}".`
        : 'Providers are fetched over https, from URLs anybody may see: `https://example.org/plan.toml#sha256=…`.',
    details: { origin },
  })
}

interface Answer {
  readonly body: Buffer
  /** Where it sends us instead. */
  readonly location?: string
}

function request(url: URL, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      read(response).then(resolve, reject)
    }
    const headers = { accept: 'application/toml, application/json, text/plain, */*', 'user-agent': 'hop3' }
    // Node knows `proxyEnv` from 22.21 and 24.5 on, its types do not everywhere; older ones connect directly.
    const agent = { keepAlive: false, proxyEnv: env }
    const call =
      url.protocol === 'http:'
        ? getPlain(url, { headers, signal }, take)
        : getSecure(url, { headers, signal, agent: new Agent(agent) }, take)
    call.once('error', reject)
  })
}

async function read(response: IncomingMessage): Promise<Answer> {
  const { statusCode = 0, headers } = response
  if ([301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined) {
    response.destroy()
    return { body: Buffer.alloc(0), location: headers.location }
  }
  if (statusCode !== 200) {
    response.destroy()
    throw new Error(`the server answers ${statusCode}`)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > mostPlanBytes) throw new Error('it is larger than 1 MiB')
    chunks.push(chunk)
  }
  return { body: Buffer.concat(chunks) }
}

function failure(origin: string, url: string, cause: unknown, late: boolean): unknown {
  if (cause instanceof Error && 'code' in cause && cause.code === 'config.provider.url') return cause
  const saw = late ? 'it took longer than 10 seconds' : cause instanceof Error ? cause.message : String(cause)
  return hop3Error('config.provider.fetch', `${origin}: cannot fetch ${visible(url)}: ${saw}.`, {
    hint: 'Open it in a browser on this machine. Once fetched it is kept in the cache, and planning needs no network.',
    cause,
    details: { origin },
  })
}
