import { basename, join } from 'node:path'
import { emptyDeployConfig, workerEnvironment, type BuildArtifact, type RuntimeConfig } from '@hop3/core'
import { processArtifact, testDeployer } from '@hop3/testing'
import { afterAll, describe, inject } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { label } from '../src/objects/names.ts'
import { hostClass, hostVolume, kubectl } from './host-volume.ts'
import { imageArtifact } from './image-artifact.ts'

const skipped = inject('skipped')
const path = process.env['PATH'] ?? ''

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, () => {
  // Those that outlive their app would keep the next home from an app of its name.
  afterAll(() => void kubectl(['delete', 'pvc', '--all-namespaces', '--selector', label.home, '--timeout=60s']), 90_000)
  const make = async (directory: string, runtime: Partial<RuntimeConfig> = {}): Promise<BuildArtifact> => {
    const app = join(directory, '../..')
    await hostVolume(join(app, 'shared'), `hop3-${basename(app)}`, `${basename(app)}-data`)
    return imageArtifact(inject('kubernetes').image, directory, runtime)
  }
  testDeployer({
    factory: kubernetesDeployer,
    form: 'image',
    timeout: 180_000,
    replaces: true,
    keepsAddress: true,
    artifact: (directory) => make(directory),
    rejects: processArtifact,
    crashes: (directory) => make(directory, { workers: { web: 'echo the last words; exit 3' } }),
    context: {
      // Known when the first test begins.
      get env() {
        return { HOME: '/nonexistent', PATH: path, KUBECONFIG: inject('kubernetes').kubeconfig }
      },
      config: {
        ...emptyDeployConfig,
        target: 'kubernetes',
        options: { kubernetes: { service: 'NodePort', data: '1Gi', 'access-mode': 'ReadWriteMany', 'storage-class': hostClass } },
      },
    },
    processes: {
      make,
      environment: ({ artifact, context }, worker) => {
        const hosts = new Set(['HOME', 'USER', 'LANG', 'PATH', 'HOP3_TESTING_WORKER'])
        const rest = Object.entries(workerEnvironment({ artifact, context, worker })).filter(([name]) => !hosts.has(name))
        return { ...Object.fromEntries(rest), HOP3_DATA: '/hop3/data', BIND_ADDRESS: '0.0.0.0' }
      },
    },
  })
})
