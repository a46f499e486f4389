/** A proxy that is a program of the host: nginx, Caddy. What differs between them; `programWork` is what they do alike. */
import type { ProxyAbility } from './check-route.ts'
import type { ProxyRecord } from './proxy-record.ts'
import type { ProxyContext, Route } from './proxy.ts'
import type { Attempt } from './way-back.ts'

export interface ProxyProgram {
  /** The file's name, and the first word of its process's. */
  readonly name: string
  /** What messages call it. */
  readonly title: string
  /** Where it may be besides PATH. */
  readonly elsewhere: readonly string[]
  /** The line that installs it. */
  readonly install: string
  /** How it says its version, and the oldest that understands what it is told. */
  readonly oldest: { readonly args: readonly string[]; readonly version: readonly [major: number, minor: number] }
  readonly ability: ProxyAbility
  paths(directories: ProxyContext['directories']): ProgramPaths
  /** Throws `deploy.proxy.route` for a route this program cannot serve safely. */
  checkRoute?(route: Route): Promise<void>
  /**
   * Makes a configuration of these routes, beside the one that serves, and lets the program check it as far as it can. Nothing that serves
   * is touched. Throws `deploy.proxy.route`, `deploy.proxy.config`.
   */
  prepare(context: ProxyContext, wanted: Wanted): Promise<ProxyChange>
  /** How it is started on what `take` has taken; it stays in the foreground. */
  readonly args: (context: ProxyContext) => readonly string[]
  readonly env?: (context: ProxyContext) => Readonly<Record<string, string>>
  /** Whatever has to be there, or must not be, before it starts. */
  beforeStart?(context: ProxyContext): Promise<void>
  /** Lets it finish its requests and end. */
  readonly stopSignal: NodeJS.Signals
  /** Files it leaves behind. */
  readonly leftovers?: (context: ProxyContext) => readonly string[]
}

export interface ProgramPaths {
  /** Private to the user, and the working directory of each of its processes, which is how they are found again. */
  readonly directory: string
  /** One file per app: its route as it was last proved. */
  readonly routes: string
  /** Which process it is, where it listens and what opens its proof. */
  readonly record: string
  /** While it is there, every answer ends its connection. See `partClients`. */
  readonly parting: string
  readonly lock: string
  readonly log: string
}

export interface Wanted {
  readonly routes: readonly Route[]
  /** What was proved before. */
  readonly before: readonly Route[]
  /** What a request that asks for the proof carries in `hop3-verify`. */
  readonly token: string
  /** Who serves now. */
  readonly server: ProxyRecord | undefined
}

/** One step from a configuration to the next. Each may be repeated, and the next command goes on from what was settled last. */
export interface ProxyChange {
  /** What the proof answers once it is live. Hexadecimal. */
  readonly generation: string
  /** Puts it in the place the program reads at its start. */
  take(): Promise<void>
  /** Resolves when a running program serves it. Throws `deploy.proxy.reload`, `.config`. */
  reload(server: ProxyRecord): Promise<void>
  /** It is proved: it is what is gone on from, and what was before it goes. */
  settle(): Promise<void>
  /** Puts back what was settled last, as much of it as can be; `server` is who ran before. Resolves to its generation, where there is one. */
  undo(server: ProxyRecord | undefined, attempt: Attempt): Promise<string | undefined>
}
