/**
 * A BuildKit session: a connection on which the engine asks this process for what a build needs — files, secrets, credentials of
 * registries — as gRPC calls. It ends with the build, and with this process.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as grpc from '@grpc/grpc-js'
import { upgrade } from '../engine/dial.ts'
import type { Engine } from '../engine/engine.ts'
import type { RegistryCredentials } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import type { ContextEntry } from '../context/context-entry.ts'
import { syncFiles } from './file-sync.ts'
import { codec } from './wire.ts'

export interface SessionRequest {
  readonly engine: Engine
  /** Files by the name the engine knows their directory by: `context`, `dockerfile`. In the order of `readContext`. */
  readonly directories: Readonly<Record<string, readonly ContextEntry[]>>
  /** The value of a secret, by its name. */
  readonly secret: (id: string) => string | undefined
  readonly credentials: (registry: string) => Promise<RegistryCredentials | undefined>
  /** The same for builds of the same source: the engine then keeps the files it got, and asks for the changed ones. */
  readonly sharedKey: string
  /** Ends the opening; what is open is closed. */
  readonly signal: AbortSignal
}

export interface Session {
  readonly id: string
  /** Why a file could not be sent: what the engine says of it is only that the session failed. */
  readonly failure: () => unknown
  /** The names of secrets that were asked for and that nobody has set. */
  readonly missingSecrets: () => readonly string[]
  readonly close: () => void
}

export async function openSession(request: SessionRequest): Promise<Session> {
  const id = randomBytes(16).toString('hex')
  const missing = new Set<string>()
  let failure: unknown
  const server = new grpc.Server()
  const note = (error: unknown): void => {
    failure ??= error
  }
  server.addService(...healthService())
  server.addService(...fileService(request, note))
  server.addService(...secretService(request, missing))
  server.addService(...credentialService(request))
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'hop3',
    'X-Docker-Expose-Session-Sharedkey': request.sharedKey,
    'X-Docker-Expose-Session-Grpc-Method': exposed,
  }
  const socket = await upgrade(request.engine, { path: '/session', headers, signal: request.signal })
  socket.on('error', () => {}) // the build says what became of it
  server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket)
  // Node's HTTP/2 reads what has come already in the next turn, and breaks when the session has ended by then.
  await nextTurn()
  return {
    id,
    failure: () => failure,
    missingSecrets: () => [...missing],
    close() {
      server.forceShutdown()
      socket.destroy()
    },
  }
}

/** The engine calls nothing that was not announced. */
const exposed = [
  '/moby.filesync.v1.FileSync/DiffCopy',
  '/moby.filesync.v1.Auth/Credentials',
  '/moby.buildkit.secrets.v1.Secrets/GetSecret',
  '/grpc.health.v1.Health/Check',
]

type Service = Parameters<grpc.Server['addService']>
type Fields = Readonly<Record<string, unknown>>

/** The engine asks every few seconds, and ends a session that does not answer. */
function healthService(): Service {
  return unary('/grpc.health.v1.Health/Check', 'HealthCheckRequest', 'HealthCheckResponse', async () => ({ status: 1 }))
}

function secretService({ secret }: SessionRequest, missing: Set<string>): Service {
  return unary('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'GetSecretRequest', 'GetSecretResponse', async ({ ID }) => {
    const id = String(ID)
    const value = secret(id)
    if (value !== undefined) return { data: Buffer.from(value) }
    missing.add(id)
    throw Object.assign(new Error(`secret ${id}: not found`), { code: grpc.status.NOT_FOUND })
  })
}

function credentialService({ credentials }: SessionRequest): Service {
  return unary('/moby.filesync.v1.Auth/Credentials', 'CredentialsRequest', 'CredentialsResponse', async ({ Host }) => {
    const found = await credentials(String(Host))
    return found === undefined ? {} : { Username: found.username, Secret: found.secret }
  })
}

function fileService({ directories }: SessionRequest, note: (error: unknown) => void): Service {
  const packet = codec('Packet')
  const path = '/moby.filesync.v1.FileSync/DiffCopy'
  const definition = { path, requestStream: true, responseStream: true, ...coders(packet, packet) }
  const handle = (call: grpc.ServerDuplexStream<Fields, Fields>): void => {
    syncFiles({
      call,
      entries: directories[asked(call.metadata, 'dir-name')[0] ?? ''] ?? [],
      paths: asked(call.metadata, 'followpaths'),
    }).catch((error: unknown) => {
      note(error)
      call.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  }
  return [{ DiffCopy: definition }, { DiffCopy: handle }]
}

/** Node joins what HTTP allows to be said several times; the engine escapes what is not ASCII, and says so. */
function asked(metadata: grpc.Metadata, name: string): readonly string[] {
  const isEscaped = metadata.get(`${name}-encoded`).length > 0
  const values = metadata.get(name).flatMap((value) => String(value).split(', '))
  return isEscaped ? values.map((value) => decodeURIComponent(value.replaceAll('+', ' '))) : values
}

function unary(path: string, request: string, response: string, answer: (fields: Fields) => Promise<Fields>): Service {
  const name = path.split('/').at(-1) ?? ''
  const definition = { path, requestStream: false, responseStream: false, ...coders(codec(request), codec(response)) }
  const handle = (call: grpc.ServerUnaryCall<Fields, Fields>, callback: grpc.sendUnaryData<Fields>): void => {
    answer(call.request).then(
      (fields) => callback(null, fields),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }
  return [{ [name]: definition }, { [name]: handle }]
}

function coders(request: ReturnType<typeof codec>, response: ReturnType<typeof codec>) {
  const encode =
    ({ encode }: ReturnType<typeof codec>) =>
    (value: unknown): Buffer =>
      encode(isObject(value) ? value : {})
  return {
    requestSerialize: encode(request),
    requestDeserialize: request.decode,
    responseSerialize: encode(response),
    responseDeserialize: response.decode,
  }
}
