import type { Served } from './converge.ts'
import type { AppState } from './home.ts'

/** What a command that makes a release serve tells its caller. */
export interface DeployResult {
  readonly app: string
  readonly release: string
  /** False when what was asked for served already, and nothing was started. */
  readonly changed: boolean
  /** Null for an app without a web worker, or with none that runs. */
  readonly url: string | null
  /** The app's own address and port on this host: they lead to the proxy and stay the same for the app's life. */
  readonly address: string | null
  readonly port: number | null
  /** Visitors get a page instead: see `maintainApp`. */
  readonly maintenance: boolean
}

export function deployResult(app: string, release: string, served: Omit<Served, 'info'>, changed = true): DeployResult {
  const { url, port, maintenance } = served
  return { app, release, changed, url, address: url === null ? null : '127.0.0.1', port: url === null ? null : port, maintenance }
}

/** The same where it served before. */
export function unchangedResult(app: string, release: string, url: string | null, { port, maintenance }: AppState): DeployResult {
  return deployResult(app, release, { url, port, maintenance: maintenance === true }, false)
}
