/** An address that a kubeconfig leads to, where a test answers itself: for what no real API server does when it is asked to. */
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** As `Cluster.server` has it. */
export async function standInServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
}

/** Its path. The context is called `default`. */
export async function writeKubeconfig(directory: string, server: string): Promise<string> {
  const path = join(directory, 'kubeconfig')
  const text = {
    'current-context': 'default',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'default', context: { cluster: 'c' } }],
  }
  await writeFile(path, JSON.stringify(text))
  return path
}
