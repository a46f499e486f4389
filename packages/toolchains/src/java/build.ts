/** What each build tool finds out about an app, in the same words. */
import type { Decision, PhaseInput, SourceView } from '@hop3/core'
import type { VersionPick } from '../version-pick.ts'
import type { JavaOptions } from './options.ts'

export interface JavaRequest {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  readonly appName: string
  /** The app's directory in a workspace; `''` otherwise. */
  readonly root: string
  readonly options: JavaOptions
}

/** `below`: the first Java that is too new for the build tool. */
export interface RunsOn {
  readonly oldest?: string
  readonly below?: string
  readonly origin: string
}

export interface JavaBuild {
  readonly kind: 'java' | 'kotlin' | 'scala'
  readonly install?: PhaseInput
  readonly build: PhaseInput
  /** Undefined where nothing says how it starts. */
  readonly web?: string
  /** What to do where that is so, in a sentence. */
  readonly noWeb: string
  /** The Java that the manifest builds with, and no other. */
  readonly exact?: VersionPick
  /** The oldest Java that understands the sources. */
  readonly minimum?: VersionPick
  /** What the build tool itself runs on. */
  readonly runsOn?: RunsOn
  readonly exclude: readonly string[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}
