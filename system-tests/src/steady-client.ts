/** A client that never stops asking: keep-alive and new connections, slow answers and uploads, at a steady rate. */
import { Agent, request, type IncomingMessage } from 'node:http'

export interface SteadyClientOptions {
  readonly port: number
  /** The name that is asked for; default: the address. */
  readonly name?: string | undefined
  readonly requestsPerSecond: number
  /** Paths asked in turn; `slow` may take seconds, `upload` gets a body of 64 KiB and answers with its length. */
  readonly paths: { readonly quick: string; readonly slow?: string; readonly upload?: string }
  /** Whether an answer is right. */
  readonly isRight: (answer: string) => boolean
  /** How many connections besides are kept idle most of the time, and get a tenth of the requests in turn. */
  readonly idleConnections?: number
}

export interface Failure {
  /** What the test said it was doing when the answer came. */
  readonly during: string
  /** When it was sent and when its answer came, by `elapsed`. */
  readonly sentAt: number
  readonly at: number
  readonly path: string
  readonly connection: 'keep-alive' | 'new' | 'idle'
  readonly saw: string
}

export interface SteadyClient {
  /** Answers seen so far, by text. */
  readonly answers: ReadonlyMap<string, number>
  readonly failures: readonly Failure[]
  requests(): number
  /** Milliseconds since the client began. */
  elapsed(): number
  /** What is being done from now on, for the failures that come. */
  during(what: string): void
  /** Waits for requests under way and returns the failures. */
  stop(): Promise<readonly Failure[]>
}

const uploadBody = Buffer.alloc(64 * 1024, 'x')

export function startSteadyClient({
  port,
  name,
  requestsPerSecond,
  paths,
  isRight,
  idleConnections = 0,
}: SteadyClientOptions): SteadyClient {
  const kept = new Agent({ keepAlive: true, maxSockets: 32 })
  const fresh = new Agent({ keepAlive: false })
  const idle = Array.from({ length: idleConnections }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const answers = new Map<string, number>()
  const failures: Failure[] = []
  const underWay = new Set<Promise<void>>()
  const began = performance.now()
  const elapsed = (): number => Math.round(performance.now() - began)
  let sent = 0
  let doing = ''
  const send = (): void => {
    const number = sent++
    const kind =
      number % 50 === 7 && paths.slow !== undefined ? 'slow' : number % 20 === 3 && paths.upload !== undefined ? 'upload' : 'quick'
    const idleAgent = number % 10 === 4 ? idle[Math.floor(number / 10) % idle.length] : undefined
    const often = number % 3 === 0 ? 'new' : 'keep-alive'
    const connection = idleAgent === undefined ? often : 'idle'
    const path = paths[kind] ?? paths.quick
    const sentAt = elapsed()
    const asking = ask({ port, name }, path, idleAgent ?? (connection === 'new' ? fresh : kept), kind === 'upload').then((saw) => {
      if (kind === 'quick') answers.set(saw, (answers.get(saw) ?? 0) + 1)
      const right = kind === 'upload' ? saw === `200 ${uploadBody.length}` : saw.startsWith('200 ') && isRight(saw.slice(4))
      if (!right) failures.push({ during: doing, sentAt, at: elapsed(), path, connection, saw: saw.slice(0, 200) })
    })
    underWay.add(asking)
    void asking.finally(() => underWay.delete(asking))
  }
  // A timer that comes late sends what it missed, so that the rate holds while the machine is busy.
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * requestsPerSecond)
    for (let missed = Math.min(due - sent, 50); missed > 0; missed--) send()
  }, 5)
  return {
    answers,
    failures,
    requests: () => sent,
    elapsed,
    during: (what) => void (doing = what),
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      for (const agent of [kept, ...idle]) agent.destroy()
      return failures
    },
  }
}

function ask(
  { port, name = '127.0.0.1' }: Pick<SteadyClientOptions, 'port' | 'name'>,
  path: string,
  agent: Agent,
  isUpload: boolean,
): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      agent,
      method: isUpload ? 'POST' : 'GET',
      headers: { host: `${name}:${port}`, ...(isUpload && { 'content-length': uploadBody.length }) },
    })
    outgoing.setTimeout(20_000, () => outgoing.destroy(new Error('no answer within 20 s')))
    outgoing.on('response', (incoming) => void readAnswer(incoming).then(resolve))
    outgoing.on('error', (error) => resolve(`error: ${error.message}`))
    outgoing.end(isUpload ? uploadBody : undefined)
  })
}

async function readAnswer(incoming: IncomingMessage): Promise<string> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) if (chunk instanceof Buffer) chunks.push(chunk)
    return `${incoming.statusCode} ${Buffer.concat(chunks).toString()}`
  } catch (error) {
    return `error while reading: ${error instanceof Error ? error.message : String(error)}`
  }
}
