/** One question to one address. Loaded when a health gate opens, because `node:http` costs start-up time. */
import { connect, type NetConnectOpts } from 'node:net'
import { nodeHttp, type Upstream } from '@hop3/core'

/** `refused`: nothing listens. `timeout`: no answer in time. `no answer`: closed, or not HTTP. */
export type ProbeResult = 'healthy' | 'refused' | 'timeout' | 'no answer' | `status ${number}`

export interface Question {
  readonly upstream: Upstream
  /** Empty: connect only. */
  readonly path: string
  /** Milliseconds: for the whole answer. A connection is made within `longestConnect` or not at all. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** A listener whose queue is full lets connections hang: another try may have more luck. */
const longestConnect = 5_000

/** Never rejects: an abort ends the question as a `timeout`. */
export function ask(question: Question): Promise<ProbeResult> {
  return question.path === '' ? connectTo(question) : get(question)
}

function connectTo({ upstream, timeout, signal }: Question): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect(target(upstream))
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.min(timeout, longestConnect))])
    const settle = (result: ProbeResult): void => {
      limit.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(result)
    }
    const onAbort = (): void => settle('timeout')
    socket.once('connect', () => settle('healthy'))
    socket.on('error', (error) => settle(nameOf(error)))
    limit.addEventListener('abort', onAbort)
    if (limit.aborted) onAbort()
  })
}

function get({ upstream, path, timeout, signal }: Question): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    let isSlow = false
    const question = nodeHttp().request({
      ...(upstream.port === null ? { socketPath: upstream.address } : { host: upstream.address, port: upstream.port }),
      // Spaces and bytes outside ASCII would make a request line nobody can parse.
      path: path.replace(/[^\u0021-\u007e]/gu, encodeURIComponent),
      agent: false,
      headers: { host: 'localhost', 'user-agent': 'hop3-health', accept: '*/*', connection: 'close' },
      signal: limit,
    })
    const connecting = setTimeout(() => {
      isSlow = true
      question.destroy()
    }, longestConnect)
    question.once('socket', (socket) => socket.once('connect', () => clearTimeout(connecting)))
    question.once('close', () => clearTimeout(connecting))
    question.once('response', (response) => {
      const status = response.statusCode ?? 0
      question.destroy()
      resolve(status >= 200 && status < 400 ? 'healthy' : `status ${status}`)
    })
    question.on('error', (error) => resolve(limit.aborted || isSlow ? 'timeout' : nameOf(error)))
    question.end()
  })
}

function target({ address, port }: Upstream): NetConnectOpts {
  return port === null ? { path: address } : { host: address, port }
}

/** ENOENT and EACCES: the socket file is not there yet, or not yet open to us. */
function nameOf(error: Error): ProbeResult {
  const code = 'code' in error ? error.code : ''
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES' ? 'refused' : 'no answer'
}
