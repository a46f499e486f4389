import type { SourceView } from '@hop3/core'
import { joinPaths } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'

/** In the order in which Compose looks for them. */
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
/** Larger files are no lists of services; what reads it says so. */
const mostLength = 64 * 1024

/**
 * The app's own compose file, as it is, for the deployer that may run the services in it: nothing reads the source again when a release is
 * started. Undefined when there is none.
 */
export async function composeFileLayer(source: SourceView, root = ''): Promise<ConfigLayer | undefined> {
  for (const name of names) {
    const path = joinPaths(root, name)
    const text = await source.readText(path)
    if (text === undefined) continue
    return { name: path, deploy: { options: { 'compose-file': { path, text: text.slice(0, mostLength + 1) } } }, origins: {} }
  }
  return undefined
}
