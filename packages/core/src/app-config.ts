/** An app's configuration after reading, validating and merging `hop3.toml`, `Procfile`, `app.json` and flags: what `@hop3/planner` returns. */
import type { PlanInput, ToolVersion } from './build-plan.ts'

/** A value in `[env]`: literal, or a secret made once on the first deploy and stored. */
export type EnvValue =
  | { readonly kind: 'literal'; readonly value: string }
  | {
      readonly kind: 'generate'
      readonly format: 'hex' | 'base64' | 'urlsafe' | 'password' | 'uuid'
      readonly length: number
      readonly prefix: string
      /** Shown once to the operator when made. */
      readonly display: boolean
    }

/** One layer of the build plan above the toolchains, with the place it was written. */
export interface PlanLayer {
  /** `Procfile`, `hop3.toml`, `nixpacks.toml`, `environment`, `command line`. */
  readonly origin: string
  readonly plan: PlanInput
  /** Where each value was written, by key path: `phases.build.cmds` → `hop3.toml:12:1`. A path that is not here was written at its parent. */
  readonly origins?: Readonly<Record<string, string>>
}

export interface Volume {
  /** Letters, digits, `_`, `.`, `-`; unique in the app. Its directory of the app's data. */
  readonly name: string
  /** Absolute, in every container of the app. */
  readonly path: string
  /** `hop3.toml:12:1`. */
  readonly origin: string
}

/**
 * What an app's configuration says about deploying it. It travels in the artifact's metadata, so it is plain JSON; everything that runs,
 * scales or rolls back a release reads it from there.
 */
export interface DeployConfig {
  /** `[deploy] strategy`: the deployer. Absent or `auto`: by the artifact's form. */
  readonly strategy?: string
  /** `[deploy] target`: where the deployer runs it (`swarm`, `kubernetes`). */
  readonly target?: string
  /** Host names the proxy routes to the app; `_` alone is the catch-all. */
  readonly domains: readonly string[]
  /** Fixed ports of the host: one owner each. */
  readonly ports: readonly { readonly number: number; readonly protocol: 'tcp' | 'udp'; readonly name: string; readonly origin: string }[]
  /** Directories of a container that outlive releases: `[[volumes]]`. Absent: none. Processes of the host have $HOP3_DATA, and are refused. */
  readonly volumes?: readonly Volume[]
  /** Instances by worker where the app asks for other than one. */
  readonly scale: Readonly<Record<string, number>>
  /** Of workers whose count is a range, `scale = "2..10"`: how many there may be. `scale` has the least. Absent: none. */
  readonly mostInstances?: Readonly<Record<string, number>>
  /** Seconds a replaced worker has to answer the requests it has, and then again from SIGTERM to SIGKILL. */
  readonly stopTimeout: number
  /** A site answers unknown paths with its index.html. */
  readonly spa: boolean
  /** The text of the page at `[deploy] maintenance-page`, at most `longestPage` bytes. Absent: Hop3's own. */
  readonly maintenancePage?: string
  /** `strategy` and `target` → where they were written, for messages: `hop3.toml:3:1`, `--deployer`. */
  readonly origins?: Readonly<Record<string, string>>
  /** The strategies' own tables: `[deploy.uwsgi]`, … */
  readonly options: Readonly<Record<string, unknown>>
}

/** `HOP3_GO_BIN=server`, or `NIXPACKS_GO_BIN` under `[variables]` of a file. */
export interface OptionVariable {
  readonly value: string
  /** `--env HOP3_GO_BIN`, `nixpacks.toml:3:1`. */
  readonly origin: string
  /** True where it stands in a file, beside the toolchain's own table: the two must agree. Else it wins over the table. */
  readonly inFile: boolean
}

export interface AppConfig {
  readonly metadata: {
    readonly id?: string
    readonly version?: string
    readonly title?: string
    readonly description?: string
    readonly author?: string
    readonly license?: string
  }
  readonly build: {
    /** ADR 022's `[build] strategy`; `builder` and ADR 006's `method` are read as the same key. Absent or `auto`: detection. */
    readonly strategy?: string
    /** Toolchains named by the app, in order; absent: detection. */
    readonly toolchains?: readonly string[]
    /** `[build] root`: the app's directory inside the source. Relative, normalized, never `.`; absent: the source's root. */
    readonly root?: string
    /** Ignore rules of the app besides .gitignore, in .gitignore syntax. */
    readonly ignore: readonly string[]
    /** The strategies' own tables: `[build.python]`, `[build.docker]`, … Each strategy validates its own. */
    readonly options: Readonly<Record<string, unknown>>
    /** Those of them that a plan file has for its providers (`[config.x]`, `[providers.x]`): nobody else reads them. */
    readonly providerTables?: readonly string[]
    /** Tool versions asked for in a configuration file, by a variable or by flag. */
    readonly versions: Readonly<Record<string, ToolVersion>>
    /** Variables that set an option of a toolchain, by `<TOOLCHAIN>_<OPTION>`: only its schema knows whether there is such an option. */
    readonly optionVariables?: Readonly<Record<string, OptionVariable>>
  }
  /** The keys of the runtime that hop3.toml, Procfile or app.json decide; a toolchain fills the rest. */
  readonly runtime: {
    readonly workers: Readonly<Record<string, string>>
    readonly beforeRun?: readonly string[]
    readonly staticPaths?: Readonly<Record<string, string>>
    readonly healthcheckPath?: string
    readonly healthcheckTimeout?: number
  }
  readonly deploy: DeployConfig
  readonly env: Readonly<Record<string, EnvValue>>
  /** Lowest first: Procfile, config file, environment, command line. */
  readonly planLayers: readonly PlanLayer[]
  /** Key path → `hop3.toml:3:1`, for messages and decisions. */
  readonly origins: Readonly<Record<string, string>>
  /** Sentences for the author, each with its origin. */
  readonly warnings: readonly string[]
}

/** What an app that says nothing about deploying gets. Frozen; a base for tests and embedders. */
export const emptyDeployConfig: DeployConfig = Object.freeze<DeployConfig>({
  domains: [],
  ports: [],
  scale: {},
  stopTimeout: 30,
  spa: false,
  options: {},
})

/** The configuration of an app that says nothing. */
export const emptyAppConfig: AppConfig = Object.freeze<AppConfig>({
  metadata: {},
  build: { ignore: [], options: {}, versions: {} },
  runtime: { workers: {} },
  deploy: emptyDeployConfig,
  env: {},
  planLayers: [],
  origins: {},
  warnings: [],
})
