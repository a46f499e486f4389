/** One release of an app in a test, stopped when the test has finished. */
import {
  emptyDeployConfig,
  type BuildArtifact,
  type DeployConfig,
  type Deployer,
  type DeploymentContext,
  type RuntimeConfig,
} from '@hop3/core'
import { deploymentContextFor, imageArtifact, releaseOf, type TestHost, testHost } from '@hop3/testing'
import { onTestFinished } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { type Flavor } from './test-images.ts'

export interface StageRequest {
  readonly flavor: Flavor
  readonly image: string
  readonly runtime?: Partial<RuntimeConfig>
  readonly metadata?: BuildArtifact['metadata']
  readonly config?: Partial<DeployConfig>
  readonly context?: Partial<DeploymentContext>
  readonly counter?: number
  readonly host?: TestHost
}

export interface Staged {
  readonly host: TestHost
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly deployer: Deployer
  /** Asks the first instance. */
  readonly ask: (path: string) => Promise<string>
}

export async function stage({
  flavor,
  image,
  runtime,
  metadata,
  config,
  context: given,
  counter = 1,
  host: known,
}: StageRequest): Promise<Staged> {
  const host = known ?? (await testHost())
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, counter, given?.appName),
    generation: counter,
    config: { ...emptyDeployConfig, stopTimeout: 5, ...config },
    env: { PATH: flavor.path, HOME: host.directory },
    ...given,
  })
  const artifact = imageArtifact(
    image,
    context.release.path,
    { workers: { web: '/app/server' }, healthcheckTimeout: 20, ...runtime },
    metadata,
  )
  const deployer = composeDeployer.create(context, artifact)
  onTestFinished(() =>
    composeDeployer
      .create(
        { ...context, signal: new AbortController().signal, env: { PATH: process.env['PATH'] ?? '', HOME: host.directory } },
        artifact,
      )
      .stop(),
  )
  const ask = async (path: string): Promise<string> => {
    const [first] = (await deployer.status()).filter(
      (one) => one.worker === 'web' && one.address !== '' && one.release === context.release.id,
    )
    return (await fetch(`http://${first?.address}${path}`)).text()
  }
  return { host, context, artifact, deployer, ask }
}
