/** The deployers' contract with one Compose; each in a file of its own, so that they run at the same time. */
import { workerEnvironment } from '@hop3/core'
import { processArtifact, testDeployer } from '@hop3/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { imageArtifact, isSkipped, openImages, type Flavor, type TestImages } from './test-images.ts'

export function registerContract(flavor: Flavor): void {
  let images: TestImages
  beforeAll(async () => {
    if (!isSkipped(flavor)) images = await openImages()
  }, 120_000)
  afterAll(async () => images?.close())

  describe.skipIf(isSkipped(flavor))(`with ${flavor.name}`, () => {
    testDeployer({
      factory: composeDeployer,
      form: 'image',
      timeout: 180_000,
      artifact: (directory) => imageArtifact(images.shell, directory),
      rejects: processArtifact,
      crashes: (directory) => imageArtifact(images.shell, directory, { workers: { web: 'echo the last words; exit 3' } }),
      context: { env: { PATH: flavor.path, HOME: '/nonexistent' } },
      processes: {
        make: (directory, runtime) => imageArtifact(images.shell, directory, runtime),
        environment: ({ artifact, context }, worker) => {
          const hosts = new Set(['HOME', 'USER', 'LANG', 'PATH', 'HOP3_TESTING_WORKER'])
          const rest = Object.entries(workerEnvironment({ artifact, context, worker })).filter(([name]) => !hosts.has(name))
          return { ...Object.fromEntries(rest), HOP3_DATA: '/hop3/data', BIND_ADDRESS: '0.0.0.0' }
        },
      },
    })
  })
}
