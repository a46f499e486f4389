/** A client that never stops asking: keep-alive and new connections, slow answers and uploads, at a steady rate. */
import { Agent, request, type IncomingMessage } from 'node:http'

export interface SteadyClientOptions {
  readonly port: number
  readonly requestsPerSecond: number
  /** Paths asked in turn; `slow` may take seconds, `upload` gets a body of 64 KiB and answers with its length. */
  readonly paths: { readonly quick: string; readonly slow?: string; readonly upload?: string }
  /** Whether an answer is right. */
  readonly isRight: (answer: string) => boolean
}

export interface Failure {
  /** What the test said it was doing when the answer came. */
  readonly during: string
  readonly at: number
  readonly path: string
  readonly connection: 'keep-alive' | 'new'
  readonly saw: string
}

export interface SteadyClient {
  /** Answers seen so far, by text. */
  readonly answers: ReadonlyMap<string, number>
  readonly failures: readonly Failure[]
  requests(): number
  /** What is being done from now on, for the failures that come. */
  during(what: string): void
  /** Waits for requests under way and returns the failures. */
  stop(): Promise<readonly Failure[]>
}

const uploadBody = Buffer.alloc(64 * 1024, 'x')

export function startSteadyClient({ port, requestsPerSecond, paths, isRight }: SteadyClientOptions): SteadyClient {
  const kept = new Agent({ keepAlive: true, maxSockets: 32 })
  const fresh = new Agent({ keepAlive: false })
  const answers = new Map<string, number>()
  const failures: Failure[] = []
  const underWay = new Set<Promise<void>>()
  const began = performance.now()
  let sent = 0
  let doing = ''
  const send = (): void => {
    const number = sent++
    const kind =
      number % 50 === 7 && paths.slow !== undefined ? 'slow' : number % 20 === 3 && paths.upload !== undefined ? 'upload' : 'quick'
    const connection = number % 3 === 0 ? 'new' : 'keep-alive'
    const path = paths[kind] ?? paths.quick
    const asking = ask(port, path, connection === 'new' ? fresh : kept, kind === 'upload').then((saw) => {
      if (kind === 'quick') answers.set(saw, (answers.get(saw) ?? 0) + 1)
      const right = kind === 'upload' ? saw === `200 ${uploadBody.length}` : saw.startsWith('200 ') && isRight(saw.slice(4))
      if (!right) failures.push({ during: doing, at: Math.round(performance.now() - began), path, connection, saw: saw.slice(0, 200) })
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
    during: (what) => void (doing = what),
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      kept.destroy()
      return failures
    },
  }
}

function ask(port: number, path: string, agent: Agent, isUpload: boolean): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      agent,
      method: isUpload ? 'POST' : 'GET',
      headers: isUpload ? { 'content-length': uploadBody.length } : {},
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
