/** The machine and its operator, as the pipeline functions get them: one value, made once by the CLI or an embedder. */
import type { Clock, Run } from './command.ts'
import type { Home } from './home.ts'
import type { Log } from './log.ts'
import type { ProxyTls } from './proxy.ts'
import type { Registry } from './registry.ts'

export interface Host {
  readonly registry: Registry
  readonly home: Home
  readonly run: Run
  readonly clock: Clock
  readonly log: Log
  /** Aborts whatever is being done; the pipeline then undoes what it began. */
  readonly signal: AbortSignal
  /** The operator's environment reduced to what builds and deployers' tools may see: PATH, HOME, locale, proxy and certificate settings. */
  readonly toolEnv: Readonly<Record<string, string>>
  /** What the programs that log the operator in are told of who that is, `AWS_PROFILE` for example. Absent: nothing. See `BuildContext`. */
  readonly loginEnv?: Readonly<Record<string, string>>
  /** Fixed part of every worker's environment: HOME, USER, LANG, PATH. */
  readonly baseEnv: Readonly<Record<string, string>>
  /** Where the proxy answers for all apps. */
  readonly listen: { readonly address: string; readonly port: number }
  /** The proxy named by the operator; absent: the first that accepts this host. */
  readonly proxy?: string
  /** See `ProxyContext.tls`. */
  readonly tls?: ProxyTls
  /** See `ProxyContext.accessLog`. */
  readonly accessLog?: boolean
  /** Committed releases kept, the newest first; current and previous are kept in any case. */
  readonly keep: number
  /** Lower-case hex, unique: 16 random bytes. */
  readonly newBuildId: () => string
  /** The operator's `--allow-provider-code`; see `ProviderHost`. */
  readonly allowProviderCode?: boolean
  /** The operator's `--allow-privileged`; see `DeploymentContext`. */
  readonly allowPrivileged?: boolean
}
