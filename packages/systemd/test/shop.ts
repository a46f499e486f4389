/** An app with every kind of worker. */
import { emptyDeployConfig, type BuildArtifact } from '@hop3/core'
import type { UnitsRequest } from '../src/index.ts'

export const runtime: BuildArtifact['runtime'] = {
  envVars: { GREETING: 'hello' },
  pathPrepend: ['/srv/hop3/apps/shop/releases/r000001-1f3a9c2e/source/bin'],
  workingDir: '/srv/hop3/apps/shop/releases/r000001-1f3a9c2e/source',
  workers: { web: 'node server.js --port $PORT', worker: 'node worker.js', 'cron-clean': '*/10 8-18 1 * mon,fri ./clean --all' },
  beforeRun: ['node migrate.js'],
  staticPaths: {},
  healthcheckPath: '/health',
  healthcheckTimeout: 20,
}

export function shop(change: Partial<UnitsRequest['artifact']> = {}, more: Partial<UnitsRequest['context']> = {}): UnitsRequest {
  const path = '/srv/hop3/apps/shop/releases/r000001-1f3a9c2e'
  return {
    artifact: {
      kind: 'node',
      location: `${path}/source`,
      builder: 'local',
      appName: 'shop',
      builtAt: '',
      buildId: '',
      metadata: {},
      runtime,
      ...change,
    },
    context: {
      appName: 'shop',
      config: emptyDeployConfig,
      release: { id: 'r000001-1f3a9c2e', path },
      scale: { web: 2 },
      directories: { home: '/srv/hop3', run: '/srv/hop3/run', logs: '/srv/l', data: '/srv/hop3/apps/shop/shared', volumes: '/srv/v' },
      appEnv: {},
      baseEnv: { LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' },
      ...more,
    },
    user: 'daemon',
    environmentFiles: ['/etc/hop3/shop.env'],
    port: 8000,
  }
}
