import type { BuildArtifact, DeployerFactory, DeploymentContext } from '@hop3/core'

export interface DeployerSuite {
  readonly factory: DeployerFactory
  /** Makes an artifact it runs, in a release directory that exists: `processArtifact`, `siteArtifact`, or your own. */
  readonly artifact: (directory: string) => BuildArtifact | Promise<BuildArtifact>
  /** Makes an artifact it leaves to others. */
  readonly rejects: (directory: string) => BuildArtifact | Promise<BuildArtifact>
  /**
   * Makes an artifact that cannot come up. Default: for processes, a `web` that exits with 3; for a site, a directory that is not there.
   */
  readonly crashes?: (directory: string) => BuildArtifact | Promise<BuildArtifact>
  /** What the context holds besides the standard: `env`, `config`. */
  readonly context?: Partial<DeploymentContext>
  /** Milliseconds for one test. Default 60 000. */
  readonly timeout?: number
}

/** Registers the tests every deployer passes: the promises of `Deployer` in `@hop3/core`, with real instances. */
export function testDeployer(_suite: DeployerSuite): void {}
