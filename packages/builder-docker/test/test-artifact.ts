import type { BuildArtifact } from '@hop3/core'

/** What a build of an image gives, as little of it as there can be. */
export function testArtifact(location: string, metadata: Readonly<Record<string, unknown>>): BuildArtifact {
  const runtime = {
    envVars: {},
    pathPrepend: [],
    workingDir: '/',
    workers: { web: '/file' },
    beforeRun: [],
    staticPaths: {},
    healthcheckPath: '',
    healthcheckTimeout: 30,
  }
  return { kind: 'docker-image', location, builder: 'docker', appName: 'hop3-test-store', builtAt: '', buildId: '', runtime, metadata }
}
