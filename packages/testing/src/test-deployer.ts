import {
  artifactForm,
  emptyDeployConfig,
  type ArtifactForm,
  type BuildArtifact,
  type DeployerFactory,
  type DeploymentContext,
} from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { watchConduct } from './conduct.ts'
import { registerFailureTests } from './deployer-failures.ts'
import { registerLifeTests } from './deployer-life.ts'
import { hostProcesses, registerProcessTests, type ProcessTests } from './deployer-processes.ts'
import { stageFor } from './deployer-stage.ts'
import { registerSightTest } from './process-sight.ts'
import { checkName, checkVerdict } from './verdict-checks.ts'

/** Makes an artifact in a release directory that exists and is empty. */
export type MakeArtifact = (directory: string) => BuildArtifact | Promise<BuildArtifact>

export interface DeployerSuite {
  readonly factory: DeployerFactory
  /** What it runs. `process` adds the tests of environment, commands, scale and draining. */
  readonly form: ArtifactForm
  /** Makes what it runs: `processArtifact`, `siteArtifact`, or your own. */
  readonly artifact: MakeArtifact
  /**
   * Of form `image`: makes an image of the app of `processArtifact`, with a shell, whose processes see the host's path in their environment.
   * Then the tests of environment, commands, scale and draining are added.
   */
  readonly processes?: ProcessTests
  /** Makes what it leaves to others. */
  readonly rejects: MakeArtifact
  /** Makes what cannot come up: a worker that ends at once, a directory that is not there, an image without a command. */
  readonly crashes: MakeArtifact
  /**
   * For one that has an orchestrator replace instances: those of the old release end while `deploy` of the new one goes on, the way back is a
   * `deploy` of the old one, and one address leads to all of them. Absent: releases run beside each other until `retire`.
   */
  readonly replaces?: boolean
  /** With `replaces`: the address stays the same from release to release. */
  readonly keepsAddress?: boolean
  /** What the context holds besides the standard: `env`, `config`. */
  readonly context?: Partial<DeploymentContext>
  /** Milliseconds for one test. Default 60 000. */
  readonly timeout?: number
}

/** Registers the tests every deployer passes: the promises of `Deployer` in `@hop3/core`, with real instances. */
export function testDeployer(suite: DeployerSuite): void {
  const { factory, form, rejects, timeout = 60_000 } = suite
  describe(`${factory.name} keeps the deployer contract`, { timeout }, () => {
    watchConduct()
    registerSightTest()
    const stage = stageFor(suite)

    test('carries its name and says how specific it is', async () => {
      checkName(factory, (await stage()).deployer())
      expect(['declared', 'inferred']).toContain(factory.specificity)
    })

    test('accepts its form of artifact, read-only, with a reason', async () => {
      const { artifact, deployer, host } = await stage()
      expect(artifactForm(artifact)).toBe(form)
      expect(await checkVerdict(() => deployer().accept(), [host.directory])).toMatchObject({ accepted: true })
    })

    test('refuses another form with a reason', async () => {
      const { deployer, host } = await stage({ make: rejects })
      expect(await checkVerdict(() => deployer().accept(), [host.directory])).toMatchObject({ accepted: false })
    })

    registerLifeTests(stage, suite)
    registerFailureTests(stage, suite)
    const processes = form === 'process' ? hostProcesses : suite.processes
    if (processes !== undefined)
      registerProcessTests(stage, {
        ...processes,
        replaces: suite.replaces === true,
        keepsAddress: suite.keepsAddress === true,
        config: suite.context?.config ?? emptyDeployConfig,
      })
    else leaveOutProcessTests(form)
  })
}

/** Said, not passed over: an author sees what has not been checked. */
function leaveOutProcessTests(form: ArtifactForm): void {
  // oxlint-disable-next-line vitest/expect-expect -- it says that nothing is checked
  test('keeps what deployers of processes promise: scale, environment, commands, draining', ({ skip }) => {
    skip(`its artifacts are of form ${form}`)
  })
}
