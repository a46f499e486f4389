/**
 * The Builder protocol (ADR 022): a strategy that turns an app's source into a BuildArtifact.
 *
 * A strategy is a factory that returns an object literal: no classes, no module state. The context is all it may use of the world.
 */
import type { AppConfig } from './app-config.ts'
import type { ArtifactForm } from './artifact-form.ts'
import type { ArtifactStore, StoreContext } from './artifact-store.ts'
import type { BuildArtifact } from './artifact.ts'
import type { ToolVersion } from './build-plan.ts'
import type { Clock, Run } from './command.ts'
import type { Log } from './log.ts'
import type { ProviderHost } from './provider-host.ts'
import type { ToolchainFactory } from './toolchain.ts'

/** A strategy's answer to "is this yours?". */
export interface Verdict {
  readonly accepted: boolean
  /** A whole phrase, also when accepted: "requirements.txt lists Flask", "no Dockerfile or Containerfile". */
  readonly reason: string
  /** What it rests on: `requirements.txt`, `hop3.toml:3`. A refusal without it has found nothing of its own, and is told in short. */
  readonly evidence?: readonly string[]
}

/** Everything a builder may use. Of the app's env it sees what it asks for by name, of its running state nothing. Frozen; every path is absolute. */
export interface BuildContext {
  readonly appName: string
  /** The app's source. Read-only for a builder. */
  readonly sourcePath: string
  /** The app's configuration, read and validated by the host. */
  readonly config: AppConfig
  /** The release being built. The directory exists when `build` is called, at its final path, and nothing refers to it yet. */
  readonly release: { readonly id: string; readonly path: string; readonly buildId: string }
  /** The release that is current now, to say what has changed since. Absent on a first build. Its files may be read. */
  readonly current?: { readonly id: string; readonly path: string }
  /** Safe to delete at any time; shared by all apps of the host. */
  readonly cachePath: string
  /** For language versions installed for all apps of the host. Releases run with what is in it, so nothing but the host's operator deletes it. */
  readonly toolsPath: string
  /** The host's environment reduced to what a build may see: PATH, HOME, locale, proxy and certificate settings. */
  readonly env: Readonly<Record<string, string>>
  /**
   * Variables of the operator's accounts, secrets among them: on top of `env` for a program that logs in to a registry or a cluster, and for no
   * other process. Absent: none.
   */
  readonly loginEnv?: Readonly<Record<string, string>>
  /**
   * The value the operator set for a secret, undefined for none. To be asked for the names in `secrets` of the merged plan's phases, and for
   * the processes of those phases only.
   */
  readonly secret: (name: string) => string | undefined
  readonly toolchains: readonly ToolchainFactory[]
  /** Absent: this host has no providers besides its toolchains. */
  readonly providers?: ProviderHost
  /**
   * The same object for all that is asked during one look at the app, in which its source stands still: what one strategy has found out there,
   * another need not find again. Absent: everybody looks for itself.
   */
  readonly look?: object
  readonly log: Log
  /** The only way to start a process. */
  readonly run: Run
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** What a builder says of an app's plan beside the plan: what it will do that the plan does not say, or what it did last time. */
export interface PlanNote {
  /** Over the rows: what the builder is called. */
  readonly title: string
  /** What, its value, and where that was read: `['template', 'go-source', 'go.mod']`. Each is shown in a line. */
  readonly rows: readonly (readonly [what: string, value: string, origin?: string])[]
  /** The same for programs: JSON. */
  readonly value: Readonly<Record<string, unknown>>
}

export interface Builder {
  readonly name: string
  /** What its artifacts can be, so that what suits none of them is refused before anything is built. Absent: that shows when it has built. */
  readonly forms?: readonly ArtifactForm[]
  /** Read-only, quick, always with a reason. */
  accept(): Promise<Verdict>
  /**
   * A digest of everything the artifact would be made from, without starting a tool. When it equals the fingerprint of the release that
   * serves, the host builds nothing: `build` puts the fingerprint of what it really built from into `metadata.fingerprint`. A builder that
   * cannot tell leaves both out.
   */
  fingerprint?(): Promise<string>
  /**
   * Whether what an artifact of this builder names is still there: asked when its fingerprint says that nothing has to be built. Left out
   * where artifacts lie in the release itself. Throws what keeps it from being found out.
   */
  holds?(artifact: BuildArtifact): Promise<boolean>
  /**
   * The version each tool of the plan has in a build here, exact, by the tool's name; `origin` says where it was asked for. Gets what a
   * build would get, and throws as it would (`build.tool-version`). A builder that cannot tell leaves it out.
   */
  versions?(): Promise<Readonly<Record<string, ToolVersion>>>
  /** Builds into `context.release.path`. Throws `build.*`; leaves cleaning up of the release directory to the host. */
  build(): Promise<BuildArtifact>
}

export interface BuilderFactory {
  readonly name: string
  /**
   * `declared`: accepts because of a file written for this strategy (Dockerfile, hop3.nix); ranks above `inferred` (package.json).
   */
  readonly specificity: 'declared' | 'inferred'
  create(context: BuildContext): Builder
  /**
   * What `hop3 plan` shows beside the plan, of an app that names this builder (`[build] strategy`, a table `[build.<name>]`) or that this
   * builder is chosen for; undefined where it has nothing to say. `context` is that of a build that is not going to be. Starts no program
   * and writes nothing. Throws what a build would throw for a configuration that is none.
   */
  describePlan?(context: BuildContext): Promise<PlanNote | undefined>
  /** For strategies whose artifacts are no files of their release: how bundles carry them. */
  store?(context: StoreContext): ArtifactStore
}
