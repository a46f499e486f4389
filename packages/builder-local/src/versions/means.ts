/** A way to get a version of a tool: see `knownTools`. */
import type { BuildContext, Platform } from '@hop3/core'
import type { KnownTool } from './known-tools.ts'

export interface Wanted {
  readonly name: string
  readonly tool: KnownTool
  /** The one of these that is found first is the host's. */
  readonly programs: readonly string[]
  /** As it was written. */
  readonly version: string
  readonly origin: string
  /** The same as a semver range. */
  readonly range: string
  /** Versions of which only the last number differs from an exact one: to be had, they are as good, and said to be others. */
  readonly near?: string
  /** The app needs it to run. */
  readonly runs: boolean
}

export interface MeansRequest {
  readonly wanted: Wanted
  readonly context: Pick<BuildContext, 'env' | 'run' | 'signal' | 'clock' | 'log' | 'cachePath' | 'toolsPath'>
  readonly platform: Platform
  /** What the host has: version and path. */
  readonly host: HostTool | undefined
}

export interface HostTool {
  readonly file: string
  readonly version: string
}

export interface Provided {
  readonly version: string
  /** Begins with "from": `from the npm registry`. */
  readonly how: string
  /** Absolute directories, to be put in front of PATH. */
  readonly paths: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

export interface Refused {
  /** A clause: `the npm registry has none (No match found for version 99)`. */
  readonly refused: string
  /** What to do about it, as a clause with the command: `See which there are: \`npm view node versions\``. */
  readonly hint?: string
}

/** Undefined: the host has nothing of the kind. */
export type Means = (request: MeansRequest) => Promise<Provided | Refused | undefined>
