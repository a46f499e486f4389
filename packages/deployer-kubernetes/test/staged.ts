/** One release of an app in a test, on the cluster of the tests, stopped when the test has finished. */
import {
  emptyDeployConfig,
  type BuildArtifact,
  type DeployConfig,
  type Deployer,
  type DeploymentContext,
  type RuntimeConfig,
} from '@hop3/core'
import { deploymentContextFor, releaseOf, testHost, type TestHost } from '@hop3/testing'
import { inject, onTestFinished } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { homeMark, label } from '../src/objects/names.ts'
import { kubectl } from './host-volume.ts'
import { imageArtifact } from './image-artifact.ts'

export interface StageRequest {
  readonly image?: string
  readonly runtime?: Partial<RuntimeConfig>
  readonly metadata?: BuildArtifact['metadata']
  readonly config?: Partial<DeployConfig>
  /** `[deploy.kubernetes]`. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly context?: Partial<DeploymentContext>
  readonly counter?: number
  readonly host?: TestHost
}

export interface Staged {
  readonly host: TestHost
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly deployer: Deployer
}

const path = process.env['PATH'] ?? ''

export async function stage({
  image,
  runtime,
  metadata,
  config,
  options,
  context: given,
  counter = 1,
  host: known,
}: StageRequest = {}): Promise<Staged> {
  const host = known ?? (await testHost())
  const { kubeconfig } = inject('kubernetes')
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, counter, given?.appName),
    generation: counter,
    config: {
      ...emptyDeployConfig,
      target: 'kubernetes',
      stopTimeout: 5,
      ...config,
      options: { kubernetes: { service: 'NodePort', ...options } },
    },
    env: { PATH: path, HOME: host.directory, KUBECONFIG: kubeconfig },
    ...given,
  })
  const artifact = imageArtifact(
    image ?? inject('kubernetes').image,
    context.release.path,
    { workers: { web: '/app/server' }, healthcheckTimeout: 20, ...runtime },
    metadata,
  )
  onTestFinished(async () => {
    const signal = new AbortController().signal
    const env = { PATH: path, HOME: host.directory, KUBECONFIG: kubeconfig }
    await kubernetesDeployer.create({ ...context, signal, env }, artifact).stop()
    // Those that outlive it would keep the next home from an app of its name.
    if (options?.['data'] !== undefined || (config?.volumes ?? []).length > 0)
      kubectl(['delete', 'pvc', '--all-namespaces', '--selector', `${label.home}=${homeMark(host.home)}`, '--timeout=60s'])
  })
  return { host, context, artifact, deployer: kubernetesDeployer.create(context, artifact) }
}

/** What was said of an undoing that came to nothing. */
export const failedUndoings = ({ events }: TestHost): readonly string[] =>
  events.flatMap(({ level, text }) => (level === 'warn' && /^Cannot|, and has not\.$/.test(text) ? [text] : []))
