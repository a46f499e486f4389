import { join } from 'node:path'
import type { BuildArtifact } from '@hop3/core'

export function artifactOf(path: string, id: string): BuildArtifact {
  return {
    kind: 'static',
    location: join(path, 'source'),
    runtime: {
      envVars: {},
      pathPrepend: [],
      workingDir: join(path, 'source'),
      workers: { static: join(path, 'source') },
      beforeRun: [],
      staticPaths: {},
      healthcheckPath: '',
      healthcheckTimeout: 30,
    },
    builder: 'local',
    appName: 'blog',
    builtAt: '2026-01-02T03:04:05.000Z',
    buildId: '1f3a9c2e00000000',
    metadata: { schema: 1, release: id },
  }
}
