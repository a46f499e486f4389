/** What one generator of sites is: a file that exports this, and a line in `generators.ts`. */
import type { Decision, PhaseInput, SourceView, ToolchainContext, ToolchainPlan } from '@hop3/core'
import type { SiteOptions } from './options.ts'

/** A source that may be a generator's. */
export interface SiteSource {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
}

export interface Signs {
  /** The file that says so. */
  readonly evidence: string
  /** Where the generator is to be started on, where that is not the root: `docs` of a Sphinx. */
  readonly directory?: string
  /** A part of a project, as documentation is: an app beside it goes first. */
  readonly isPart?: boolean
}

export interface SiteRequest extends SiteSource {
  readonly context: ToolchainContext
  readonly options: SiteOptions
  /** Absent where only the configuration says that this generator makes the site. */
  readonly signs: Signs | undefined
}

export interface SitePlan {
  /** The directory the generator writes, relative to the app, as it is written. */
  readonly output: { readonly directory: string; readonly origin: string }
  readonly command: string
  /** What else the build phase is and does. */
  readonly build?: PhaseInput
  /** Commands before the generator's own, and after the phases above them. */
  readonly prepare?: readonly string[]
  readonly phases?: ToolchainPlan['phases']
  readonly versions?: ToolchainPlan['versions']
  readonly exclude?: readonly string[]
  /** What processes of the app need that a Procfile starts beside the site. */
  readonly runtime?: ToolchainPlan['runtime']
  readonly decisions?: readonly Decision[]
  readonly warnings?: readonly string[]
}

export interface Generator {
  /** Its name, and the program's. */
  readonly name: string
  readonly title: string
  /** By names in directories first, opening files only where names do not decide. */
  find(site: SiteSource): Promise<Signs | undefined>
  /** As `find`, where the app is told to be this generator's: weaker signs will do. */
  findNamed?(site: SiteSource): Promise<Signs | undefined>
  plan(request: SiteRequest): Promise<SitePlan>
}
