/** The deployers' contract with images: what each target is told. Each runs in a file of its own, so that they run at the same time. */
import { workerEnvironment, type DeployConfig, type DeployerFactory } from '@hop3/core'
import { imageArtifact, processArtifact, testDeployer } from '@hop3/testing'
import { describe, inject } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { isSkipped, type Flavor } from './test-images.ts'

export interface ContractRequest {
  readonly factory: DeployerFactory
  /** The id of the image with a shell. */
  readonly image: () => string
  /** Of the deployer's tools. */
  readonly env: () => Readonly<Record<string, string>>
  readonly config?: DeployConfig
  readonly replaces?: boolean
}

export function registerComposeContract(flavor: Flavor): void {
  describe.skipIf(isSkipped(flavor))(`with ${flavor.name}`, () => {
    registerContract({ factory: composeDeployer, image: () => inject('images').shell, env: () => ({ PATH: flavor.path }) })
  })
}

export function registerContract({ factory, image, env, config, replaces = false }: ContractRequest): void {
  testDeployer({
    factory,
    form: 'image',
    timeout: 180_000,
    replaces,
    artifact: (directory) => imageArtifact(image(), directory),
    rejects: processArtifact,
    crashes: (directory) => imageArtifact(image(), directory, { workers: { web: 'echo the last words; exit 3' } }),
    context: {
      // Known when the first test begins.
      get env() {
        return { HOME: '/nonexistent', ...env() }
      },
      ...(config === undefined ? {} : { config }),
    },
    processes: {
      make: (directory, runtime) => imageArtifact(image(), directory, runtime),
      environment: ({ artifact, context }, worker) => {
        const hosts = new Set(['HOME', 'USER', 'LANG', 'PATH', 'HOP3_TESTING_WORKER'])
        const rest = Object.entries(workerEnvironment({ artifact, context, worker })).filter(([name]) => !hosts.has(name))
        return { ...Object.fromEntries(rest), HOP3_DATA: '/hop3/data', BIND_ADDRESS: '0.0.0.0' }
      },
    },
  })
}
