import type { BuildArtifact, RuntimeConfig } from '@hop3/core'
import { workerMarker } from './test-host.ts'

/** An artifact in an image. Its processes bear `directory` in their environment, so that tests find them. */
export function imageArtifact(
  image: string,
  directory: string,
  runtime: Partial<RuntimeConfig> = {},
  metadata: BuildArtifact['metadata'] = {},
): BuildArtifact {
  return {
    kind: 'docker-image',
    location: image,
    builder: 'docker',
    appName: 'shop',
    builtAt: '2026-01-01T00:00:00.000Z',
    buildId: '1f3a9c2e00000000000000000000000a',
    metadata,
    runtime: {
      pathPrepend: [],
      workingDir: '/app',
      workers: { web: 'exec /app/server', clock: 'echo tick; exec sleep 1000' },
      beforeRun: [],
      staticPaths: {},
      healthcheckPath: '',
      healthcheckTimeout: 30,
      ...runtime,
      envVars: { [workerMarker]: directory, ...runtime.envVars },
    },
  }
}
