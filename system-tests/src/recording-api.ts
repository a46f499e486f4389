/** Stands before the API server of a test's cluster and remembers what it is asked. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import type { OwnCluster } from './own-cluster.ts'

export interface RecordingApi {
  /** Names it instead of the API server. */
  readonly kubeconfig: string
  /** `GET /api/v1/namespaces/hop3-shop/pods`, in the order they came. Grows. */
  readonly calls: readonly string[]
  readonly close: () => void
}

/** `directory` is where its kubeconfig is written to. */
export async function recordingApi({ directory: cluster }: OwnCluster, directory: string): Promise<RecordingApi> {
  const calls: string[] = []
  const node = readFileSync(join(cluster, 'node'), 'utf8').trim()
  const ca = readFileSync(join(cluster, 'keys/apiserver.crt'), 'utf8')
  const server = createServer((asked, answer) => {
    const { method = '', url = '', headers } = asked
    calls.push(`${method} ${url.split('?', 1)[0]}`)
    const passedOn = request({ host: node, port: 6443, path: url, method, headers, ca }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers)
      found.pipe(answer)
    })
    passedOn.on('error', () => answer.destroy())
    asked.pipe(passedOn)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'recorded',
      clusters: [{ name: 'recorded', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'admin', user: { token: 'admin' } }],
      contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'admin' } }],
    }),
    { mode: 0o600 },
  )
  return {
    kubeconfig,
    calls,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
