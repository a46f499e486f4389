import { workerEnvironment } from '@hop3/core'
import { processArtifact, testDeployer } from '@hop3/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { flavors, imageArtifact, isSkipped, openImages, type TestImages } from './test-images.ts'

let images: TestImages
beforeAll(async () => {
  if (!flavors.every(isSkipped)) images = await openImages()
}, 120_000)
afterAll(async () => images?.close())

describe.each(flavors)('with $name', (flavor) => {
  describe.skipIf(isSkipped(flavor))('on the real engine', () => {
    testDeployer({
      factory: composeDeployer,
      form: 'image',
      artifact: (directory) => imageArtifact(images.shell, directory),
      rejects: processArtifact,
      crashes: (directory) => imageArtifact(images.shell, directory, { workers: { web: 'echo the last words; exit 3' } }),
      context: { env: { PATH: flavor.path, HOME: '/nonexistent' } },
      processes: {
        make: (directory, runtime) => imageArtifact(images.shell, directory, runtime),
        environment: ({ artifact, context }, worker) => {
          const {
            HOME: _home,
            USER: _user,
            LANG: _lang,
            PATH: _path,
            HOP3_TESTING_WORKER: _marker,
            ...rest
          } = workerEnvironment({ artifact, context, worker })
          return { ...rest, HOP3_DATA: '/hop3/data', BIND_ADDRESS: '0.0.0.0' }
        },
      },
    })
  })
})
