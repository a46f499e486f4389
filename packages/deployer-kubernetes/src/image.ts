/** What an artifact says of its image. Pure: no engine is asked, and the cluster fetches it from its registry. */
import { hop3Error, visible, type BuildArtifact } from '@hop3/core'
import { defaultImagePort, likelyPort, portNumber } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import type { HealthCheck } from './objects/app-input.ts'

type ImageOf = Pick<BuildArtifact, 'appName' | 'location' | 'metadata' | 'runtime'>

/** Throws `deploy.kubernetes.local-image` for one that only an engine of this host has. */
export function checkPullable({ location, appName }: Pick<BuildArtifact, 'location' | 'appName'>): void {
  if (!location.startsWith('sha256:')) return
  throw hop3Error(
    'deploy.kubernetes.local-image',
    `Cannot run ${appName} on a cluster: its image is on the container engine of this host only, where no node can fetch it.`,
    {
      hint: `Push it where the nodes can: two lines of hop3.toml\n  [build.docker]\n  push = "registry.example.com/${appName || 'app'}"`,
      details: { image: visible(location) },
    },
  )
}

/** As its builder has decided; an artifact that says nothing is read as that builder would have read it. */
export function imagePort({ metadata: { port, ports } }: ImageOf): number {
  const exposed = Array.isArray(ports) ? ports.filter((one) => typeof one === 'number') : []
  return (typeof port === 'number' ? portNumber(String(port)) : undefined) ?? likelyPort(exposed) ?? defaultImagePort
}

/** Who the processes of a restricted pod are where neither the image nor hop3.toml says a number. */
export const usualUser = 1000

export interface ImageUser {
  readonly id: number | undefined
  /** Why it is not the image's own. */
  readonly instead?: string
}

/** A pod of the restricted profile runs as a number that is not root's. */
export function imageUser({ metadata: { image } }: ImageOf, wanted: number | undefined): ImageUser {
  if (wanted !== undefined) return { id: wanted }
  const user = isObject(image) && typeof image['user'] === 'string' ? image['user'] : undefined
  // Nothing is known of it: the node looks, and refuses root.
  if (user === undefined) return { id: undefined }
  const [name = ''] = user.split(':')
  if (/^[1-9][0-9]*$/.test(name)) return { id: Number(name) }
  return { id: usualUser, instead: name === '' || name === '0' || name === 'root' ? 'root' : `"${visible(name)}"` }
}

/** `healthcheck` of hop3.toml, else the image's own, else whether it takes connections. */
export function healthCheck({ runtime, metadata }: ImageOf): HealthCheck {
  if (runtime.healthcheckPath !== '') return { kind: 'get', path: runtime.healthcheckPath }
  const own = isObject(metadata['healthcheck']) ? metadata['healthcheck']['test'] : undefined
  const [kind, ...words] = Array.isArray(own) ? own.map(String) : []
  if (kind === 'CMD' && words.length > 0) return { kind: 'command', argv: words }
  if (kind === 'CMD-SHELL') return { kind: 'command', argv: ['/bin/sh', '-c', words.join(' ')] }
  return { kind: 'connect' }
}
