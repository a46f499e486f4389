/** The Proxy protocol (ADR 021): gives an app one stable name, and moves that name from one release to the next without losing a request. */
import type { DeploymentInfo, Upstream } from './deployer.ts'
import type { Verdict } from './builder.ts'
import type { Clock, Run } from './command.ts'
import type { Log } from './log.ts'

/** What an app's name stands for. Host names and paths are validated before they get here. */
export interface Route {
  readonly appName: string
  /** The release it leads to: the proxy answers a verification request with it. */
  readonly release: string
  /** RFC 1123 names; `_` alone is the catch-all. The proxy may add names of its own (`<app>.localhost`). */
  readonly hosts: readonly string[]
  readonly protocol: DeploymentInfo['protocol']
  /** Every instance; for `static`, one directory. */
  readonly upstreams: readonly Upstream[]
  /** URL prefix ending in `/` → absolute directory. */
  readonly staticPaths: Readonly<Record<string, string>>
  /** The app's own port on this host, kept for its life. */
  readonly port: number
  /** Answer unknown paths of a site with its index.html. */
  readonly spa: boolean
  /**
   * The text of a page of HTML. While it is there every request but the proxy's own proof is answered with it, with 503 and `maintenanceHeaders`,
   * and no instance has to take connections. What is under way goes on; a route that differs from the last in this alone ends no connection.
   */
  readonly maintenance?: string
}

/** What is known of a route before there is a release for it. */
export interface RouteWish extends Pick<Route, 'appName' | 'hosts'> {
  /** Where the hosts were written, for messages: `hop3.toml:3:1`. */
  readonly origin?: string
}

export interface ProxyContext {
  readonly directories: { readonly home: string; readonly run: string; readonly logs: string }
  /** Where all apps answer by host name. */
  readonly listen: { readonly address: string; readonly port: number }
  /** Where all apps answer by name over HTTPS; a request by name to `listen` is sent there. Absent: HTTP only. */
  readonly tls?: ProxyTls
  /**
   * Places another proxy of this home listens on, which goes as soon as this one serves: until then they are shared, if the system can do that,
   * and either may answer.
   */
  readonly beside?: readonly { readonly address: string; readonly port: number }[]
  /** The operator wants every request written down. */
  readonly accessLog?: boolean
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
  readonly run: Run
  readonly signal: AbortSignal
  readonly clock: Clock
}

export interface ProxyTls {
  readonly listen: { readonly address: string; readonly port: number }
  readonly certificate: TlsCertificate
}

/** From an authority of the proxy's own; from one that speaks ACME, at `directory` or else the proxy's usual one; or from PEM files. */
export type TlsCertificate =
  | { readonly from: 'internal' }
  | { readonly from: 'acme'; readonly directory?: string }
  | { readonly from: 'files'; readonly certificate: string; readonly key: string }

export interface Proxy {
  readonly name: string
  /** Whether this proxy can work on this host. Read-only. */
  accept(): Promise<Verdict>
  /**
   * Throws the `deploy.proxy.*` that `apply` would throw for these names, before anything is built or started: it cannot serve one, or another
   * app has it. Changes nothing.
   */
  check?(wish: RouteWish): Promise<void>
  /**
   * Makes the route live and verifies it with a request: when it resolves, new requests reach the new upstreams, and requests under way
   * finish on the old. Resolves to the app's URL. On any failure the last good route keeps serving and it throws `deploy.proxy.*`.
   */
  apply(route: Route): Promise<string>
  /**
   * As `apply`, for several apps at once, all or none: where the proxy begins to answer with them, it knows every name from its first answer on.
   * Resolves to their URLs by app. Absent: they are applied one by one.
   */
  applyAll?(routes: readonly Route[]): Promise<Readonly<Record<string, string>>>
  /** Forgets the app. Removing what is not there succeeds. */
  remove(appName: string): Promise<void>
  /** As `remove`, for several apps in one step. Absent: they are removed one by one. */
  removeAll?(appNames: readonly string[]): Promise<void>
  /** Whether the app's route is live now, where the context says that all apps answer, and leads to `release`. Starts nothing. */
  serves?(appName: string, release: string): Promise<boolean>
  /** The URL of a route of `routes` now: another app's command may have moved the proxy. Undefined where nothing answers. Starts nothing. */
  url?(route: Route): Promise<string | undefined>
  /** The process the proxy keeps running for this home, and where all apps answer. Undefined when there is none. Starts nothing. */
  running?(): Promise<{ readonly pid: number; readonly port: number } | undefined>
  /**
   * Where `running` tells of none: whether processes it has left still answer, which nobody keeps and no change reaches. Starts nothing.
   * Absent: it leaves none.
   */
  leftAnswering?(): Promise<boolean>
  /** Every route it serves, or would when it is started. Starts nothing. Absent: no app is moved from it, or put into maintenance. */
  routes?(): Promise<readonly Route[]>
  /** Ends what the proxy itself keeps running, when no route is left or on `stop --all`. */
  stop?(): Promise<void>
}

export interface ProxyFactory {
  readonly name: string
  /** Chosen only where the operator names it: it depends on a program that may be there for something else. */
  readonly onlyByName?: boolean
  create(context: ProxyContext): Proxy
}
