import { expect, it } from 'vitest'
import { parseArtifact, workerEnvironment } from '../src/index.ts'

const artifact = await parseArtifact(
  JSON.stringify({
    kind: 'python',
    location: '/r/source',
    runtime: {
      env_vars: { A: 'artifact', B: 'artifact', HOME: '/artifact' },
      path_prepend: ['/r/source/.venv/bin', '/r/bin'],
      workers: { web: 'x' },
    },
  }),
  'x',
)
const context = {
  appName: 'blog',
  release: { id: 'r000001-00000000', path: '/r' },
  directories: { home: '/h', run: '/run', logs: '/l', data: '/h/apps/blog/shared', volumes: '/h/apps/blog/volumes' },
  appEnv: { B: 'operator', PORT: '1', APP: 'forged', PATH: '/opt/bin:/usr/bin' },
  baseEnv: { HOME: '/root', USER: 'root', LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
}

it('merges base, artifact, operator and Hop3, the later winning', () => {
  expect(workerEnvironment({ artifact, context, worker: 'web', port: 20_001, socket: '/run/web.sock' })).toEqual({
    HOME: '/artifact',
    USER: 'root',
    LANG: 'C.UTF-8',
    A: 'artifact',
    B: 'operator',
    PATH: '/r/source/.venv/bin:/r/bin:/opt/bin:/usr/bin',
    APP: 'blog',
    PROC_TYPE: 'web',
    HOP3_RELEASE: 'r000001-00000000',
    HOP3_DATA: '/h/apps/blog/shared',
    BIND_ADDRESS: '127.0.0.1',
    PORT: '20001',
    HOP3_SOCKET: '/run/web.sock',
  })
})

it('gives a worker that listens nowhere neither port nor socket of ours', () => {
  const env = workerEnvironment({ artifact, context: { ...context, appEnv: {} }, worker: 'worker' })
  expect(env).not.toHaveProperty('PORT')
  expect(env).not.toHaveProperty('HOP3_SOCKET')
})

it("lets neither an artifact nor the operator set Hop3's own variables, by which processes are known again", () => {
  const forged = { HOP3_EMPEROR: '/h/uwsgi', HOP3_INSTANCE: '/h/uwsgi/instances/x', HOP3_OPERATION: 'x', HOP3_ACCESS_LOG: '1' }
  const foreign = { ...artifact, runtime: { ...artifact.runtime, envVars: { ...forged, HOP3_NODE_VERSION: '24' } } }
  const env = workerEnvironment({ artifact: foreign, context: { ...context, appEnv: forged }, worker: 'worker' })
  expect(Object.keys(env).filter((name) => name.startsWith('HOP3_'))).toEqual(['HOP3_NODE_VERSION', 'HOP3_RELEASE', 'HOP3_DATA'])
})
