import { request as start, type Agent, type IncomingHttpHeaders } from 'node:http'

export interface Target {
  /** A host, or a socket path with `port: null`. */
  readonly address: string
  readonly port: number | null
  readonly path?: string
  readonly host?: string
  readonly method?: string
  /** Besides `host`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Keeps connections; absent: one for this request. */
  readonly agent?: Agent
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request. Rejects when the connection is refused, broken or silent for ten seconds. */
export function request({ address, port, path = '/', host = 'shop.example', method = 'GET', body, ...more }: Target): Promise<Answer> {
  const headers = { host, ...more.headers }
  const where = port === null ? { socketPath: address } : { host: address, port }
  return new Promise((resolve, reject) => {
    const outgoing = start({ ...where, path, method, headers, agent: more.agent ?? false, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      )
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`No answer from ${address} ${port ?? ''} ${path} in ten seconds.`)))
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
