/** What the proxy and its server say to each other: one line of JSON each way, over a unix socket only its user can open. */
import { isObject, parseJson } from '@hop3/core/json'
import { parseIdentity, type ProcessIdentity } from '@hop3/core/processes'

export type ControlRequest =
  | { readonly do: 'hello' }
  /** Reads the app's route file and makes it live. */
  | { readonly do: 'load'; readonly app: string; readonly shared: boolean }
  | { readonly do: 'drop'; readonly app: string }
  /** Hands the listening sockets to a new server started with these arguments, then ends when its last request has. */
  | {
      readonly do: 'replace'
      readonly file: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      /** False: the new server listens elsewhere for the apps' names, and gets the apps' own ports alone. */
      readonly sameAddress: boolean
    }

export type ControlAnswer =
  | { readonly ok: true; readonly apps: Readonly<Record<string, string>>; readonly pid: number }
  | { readonly ok: false; readonly problem: 'port-taken'; readonly address: string; readonly port: number; readonly message: string }
  | { readonly ok: false; readonly problem: 'host-taken' | 'failed'; readonly message: string }

/** How starting went: the server writes it where its starter waits for it. */
export type StartOutcome = { readonly ok: true } | Extract<ControlAnswer, { ok: false }>

export interface ServerConfig {
  readonly version: string
  readonly listen: { readonly address: string; readonly port: number }
  readonly accessLog: boolean
  /** Another proxy of this home still listens where this one is to. */
  readonly shared: boolean
  readonly socket: string
  readonly logs: string
}

export interface ServerRecord extends ProcessIdentity {
  readonly version: string
  readonly listen: { readonly address: string; readonly port: number }
  readonly accessLog: boolean
  /** Opens verification requests. */
  readonly token: string
  /** Where it listens for control. Commands ask it there: their own run directory may be another one (cron, systemd, HOP3_RUN). */
  readonly socket: string
}

/** Names a verification request; its value is the server's token. */
export const verifyHeader = 'hop3-verify'
/** In the answer to one: the release the route leads to. */
export const releaseHeader = 'hop3-release'

/** The record in `text`, or undefined when it is none. */
export function parseServerRecord(text: string): ServerRecord | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { version, accessLog, token, socket } = value
  const [identity, listen] = [parseIdentity(value), parseListen(value['listen'])]
  if (identity === undefined || typeof version !== 'string' || typeof token !== 'string' || typeof socket !== 'string') return undefined
  return listen && { ...identity, version, listen, accessLog: accessLog === true, token, socket }
}

export function parseServerConfig(text: string): ServerConfig | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { version, accessLog, socket, logs } = value
  const listen = parseListen(value['listen'])
  if (typeof version !== 'string' || typeof socket !== 'string' || typeof logs !== 'string') return undefined
  return listen && { version, listen, accessLog: accessLog === true, shared: value['shared'] === true, socket, logs }
}

export function parseControlRequest(text: string): ControlRequest | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { app, file, args, env } = value
  if (value['do'] === 'hello') return { do: 'hello' }
  if (value['do'] === 'load') return typeof app === 'string' ? { do: 'load', app, shared: value['shared'] === true } : undefined
  if (value['do'] === 'drop') return typeof app === 'string' ? { do: 'drop', app } : undefined
  if (value['do'] !== 'replace' || typeof file !== 'string' || !Array.isArray(args) || !isObject(env)) return undefined
  const strings = Object.fromEntries(Object.entries(env).map(([key, one]) => [key, String(one)]))
  return { do: 'replace', file, args: args.map(String), env: strings, sameAddress: value['sameAddress'] === true }
}

/** An answer or an outcome; undefined when it is neither. */
export function parseControlAnswer(text: string): ControlAnswer | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { ok, problem, address, port, message, apps, pid } = value
  if (ok === true) {
    const releases = isObject(apps) ? Object.entries(apps).map(([app, release]) => [app, String(release)] as const) : []
    return { ok: true, apps: Object.fromEntries(releases), pid: typeof pid === 'number' ? pid : 0 }
  }
  if (typeof message !== 'string') return undefined
  if (problem === 'port-taken' && typeof address === 'string' && typeof port === 'number')
    return { ok: false, problem, address, port, message }
  return { ok: false, problem: problem === 'host-taken' ? problem : 'failed', message }
}

function parseListen(value: unknown): ServerConfig['listen'] | undefined {
  if (!isObject(value)) return undefined
  const { address, port } = value
  return typeof address === 'string' && typeof port === 'number' ? { address, port } : undefined
}
