/** What an artifact's image says of itself. */
import { hop3Error, visible, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { defaultImagePort, exposedPorts, likelyPort, portNumber } from '@hop3/core/docker'
import { objectOf } from './containers.ts'
import { expectStatus, type Engine } from './engine.ts'
import { pullImage } from './pull-image.ts'

export interface Image {
  readonly id: string
  /** PATH of its processes. */
  readonly path: string
  /** `1000`, `app`, `app:app`; empty for root. */
  readonly user: string
  readonly hasHealthcheck: boolean
  /** As Docker writes it: `amd64`, `arm64`; empty where the engine does not say. */
  readonly architecture: string
  /** Where its web server listens. */
  readonly port: number
}

type ImageOf = Pick<BuildArtifact, 'appName' | 'location' | 'metadata'>

/** One of a registry can be fetched from there, by every host and node. */
export const isOfRegistry = ({ location }: Pick<BuildArtifact, 'location'>): boolean => !location.startsWith('sha256:')

/** Fetched where the engine does not have it. Throws `deploy.compose.image-missing` and `.image-pull`. */
export async function findImage(context: DeploymentContext, engine: Engine, artifact: ImageOf): Promise<Image> {
  const here = await readImage(engine, artifact)
  if (here !== undefined) return here
  if (isOfRegistry(artifact)) {
    await pullImage(context, engine, artifact.location)
    const fetched = await readImage(engine, artifact)
    if (fetched !== undefined) return fetched
  }
  throw hop3Error(
    'deploy.compose.image-missing',
    `Cannot start ${artifact.appName}: its image ${visible(artifact.location)} is not on the container engine at ${engine.host.address}.`,
    {
      hint: 'Somebody has removed it. Build it again: `hop3 deploy --force`.',
      details: { image: artifact.location },
    },
  )
}

/** Undefined when the engine does not have it. */
async function readImage(engine: Engine, artifact: ImageOf): Promise<Image | undefined> {
  const answer = await engine.ask('GET', `/images/${encodeURIComponent(artifact.location)}/json`)
  if (answer.status === 404) return undefined
  expectStatus(answer, [200], `Cannot look at the image of ${artifact.appName}`)
  const { Id, Config, Architecture } = objectOf(answer.body)
  const config = objectOf(Config)
  const env = Array.isArray(config['Env']) ? config['Env'].map(String) : []
  const path = env.find((one) => one.startsWith('PATH='))?.slice('PATH='.length)
  return {
    id: String(Id),
    path: path || '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    user: typeof config['User'] === 'string' ? config['User'] : '',
    architecture: typeof Architecture === 'string' ? Architecture : '',
    hasHealthcheck: hasCheck(objectOf(config['Healthcheck'])['Test']),
    port: portOf(artifact, config['ExposedPorts']),
  }
}

function hasCheck(test: unknown): boolean {
  return Array.isArray(test) && test.length > 0 && test[0] !== 'NONE'
}

/** As its builder has decided; an artifact that says nothing is read as that builder would have read it. */
function portOf({ metadata: { port } }: ImageOf, exposed: unknown): number {
  return (typeof port === 'number' ? portNumber(String(port)) : undefined) ?? likelyPort(exposedPorts(exposed)) ?? defaultImagePort
}
