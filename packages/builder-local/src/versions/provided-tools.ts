import type { Decision } from '@hop3/core'

interface Given {
  /** Absolute, to be put in front of the host's PATH. */
  readonly paths: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

/** What a build and the app get so that the plan's versions are true. */
export interface ProvidedTools extends Given {
  /** The part of it that the app needs to run. */
  readonly runtime: Given
  /** The versions that are really used, with where they were asked for and where they come from. */
  readonly decisions: readonly Decision[]
}

export const noTools: ProvidedTools = { paths: [], variables: {}, runtime: { paths: [], variables: {} }, decisions: [] }
