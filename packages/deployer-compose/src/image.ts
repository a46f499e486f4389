/** What an artifact's image says of itself. */
import { hop3Error, visible, type BuildArtifact } from '@hop3/core'
import { objectOf } from './containers.ts'
import { expectStatus, type Engine } from './engine.ts'

export interface Image {
  readonly id: string
  /** PATH of its processes. */
  readonly path: string
  /** `1000`, `app`, `app:app`; empty for root. */
  readonly user: string
  readonly hasHealthcheck: boolean
  /** Where its web server listens. */
  readonly port: number
  readonly tags: readonly string[]
  readonly labels: Readonly<Record<string, unknown>>
}

/** Throws `deploy.compose.image-missing`. */
type ImageOf = Pick<BuildArtifact, 'appName' | 'location' | 'metadata'>

export async function findImage(engine: Engine, artifact: ImageOf): Promise<Image> {
  const image = await readImage(engine, artifact)
  if (image !== undefined) return image
  throw hop3Error(
    'deploy.compose.image-missing',
    `Cannot start ${artifact.appName}: its image ${visible(artifact.location)} is not on the container engine at ${engine.host.address}.`,
    {
      hint: artifact.location.startsWith('sha256:')
        ? 'Somebody has removed it. Build it again: `hop3 deploy --force`.'
        : `Fetch it: docker pull ${artifact.location}`,
      details: { image: artifact.location },
    },
  )
}

/** Undefined when the engine does not have it. */
export async function readImage(engine: Engine, artifact: ImageOf): Promise<Image | undefined> {
  const answer = await engine.ask('GET', `/images/${encodeURIComponent(artifact.location)}/json`)
  if (answer.status === 404) return undefined
  expectStatus(answer, [200], `Cannot look at the image of ${artifact.appName}`)
  const { Id, Config, RepoTags } = objectOf(answer.body)
  const config = objectOf(Config)
  const env = Array.isArray(config['Env']) ? config['Env'].map(String) : []
  const path = env.find((one) => one.startsWith('PATH='))?.slice('PATH='.length)
  return {
    id: String(Id),
    path: path || '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    user: typeof config['User'] === 'string' ? config['User'] : '',
    hasHealthcheck: hasCheck(objectOf(config['Healthcheck'])['Test']),
    port: portOf(artifact.metadata['port']) ?? exposedPort(objectOf(config['ExposedPorts'])) ?? 8080,
    tags: Array.isArray(RepoTags) ? RepoTags.map(String) : [],
    labels: objectOf(config['Labels']),
  }
}

function hasCheck(test: unknown): boolean {
  return Array.isArray(test) && test.length > 0 && test[0] !== 'NONE'
}

function portOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined
}

/** The only TCP port; of several nobody can say which is meant, unless it is a usual one. */
function exposedPort(ports: Readonly<Record<string, unknown>>): number | undefined {
  const numbers = Object.keys(ports).flatMap((one) => (/^\d+(\/tcp)?$/.test(one) ? [Number.parseInt(one, 10)] : []))
  const usual = [8080, 80, 3000, 8000, 5000].find((one) => numbers.includes(one))
  return numbers.length === 1 ? numbers[0] : usual
}
