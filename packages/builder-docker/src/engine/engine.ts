/** The container engine a build talks to. dockerode is loaded here, and nowhere before a build begins. */
import type Docker from 'dockerode'
import { hop3Error, isHop3Error } from '@hop3/core'
import { dockerFailure, findDockerHost, type DockerHost } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'

export interface Engine {
  readonly docker: Docker
  readonly host: DockerHost
  readonly facts: EngineFacts
  readonly close: () => void
}

export interface EngineFacts {
  readonly version: string
  /** `1.45`. */
  readonly apiVersion: string
  readonly os: string
  /** As Go names it: `amd64`, `arm64`. */
  readonly arch: string
  readonly isPodman: boolean
}

/** Throws `environment.docker-*`. */
export async function connectEngine(env: Readonly<Record<string, string>>): Promise<Engine> {
  const host = await findDockerHost(env)
  const { default: Dockerode } = await import('dockerode')
  const docker = new Dockerode(host.options)
  try {
    const facts = readFacts(await docker.version())
    return { docker, host, facts, close: host.close }
  } catch (error) {
    host.close()
    throw engineError(error, host, 'ask for its version')
  }
}

function readFacts(version: unknown): EngineFacts {
  const facts = isObject(version) ? version : {}
  const text = (key: string): string => (typeof facts[key] === 'string' ? facts[key] : '')
  const components = Array.isArray(facts['Components']) ? facts['Components'] : []
  return {
    version: text('Version'),
    apiVersion: text('ApiVersion'),
    os: text('Os'),
    arch: text('Arch'),
    isPodman: components.some((one) => isObject(one) && String(one['Name']).startsWith('Podman')),
  }
}

/** True when `apiVersion` is at least `wanted`: `1.39`. */
export function isAtLeast({ apiVersion }: EngineFacts, wanted: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number)
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}

/** What a call to the engine threw, as an error for the person who has to act. Branded ones pass. `attempted` completes "Cannot …". */
export function engineError(error: unknown, host: DockerHost, attempted: string): Error {
  if (isHop3Error(error)) return error
  const failure = dockerFailure(error, host)
  if (failure !== undefined) return failure
  const said = engineMessage(error)
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return hop3Error('environment.docker-full', `The container engine at ${host.address} could not ${attempted}: ${said}`, {
      hint: 'See what takes the room with `docker system df`; `docker builder prune` removes what only builds use.',
      cause: error,
    })
  }
  return hop3Error('environment.docker-failed', `The container engine at ${host.address} could not ${attempted}: ${said}`, {
    hint: `See what \`docker --host ${host.address} info\` says.`,
    cause: error,
  })
}

/** True for what the engine has answered, and for a connection to it that failed. */
export function isEngineError(error: unknown, host: DockerHost): boolean {
  return statusOf(error) !== undefined || dockerFailure(error, host) !== undefined
}

/** What the engine said, without the wrapping of the library. */
export function engineMessage(error: unknown): string {
  if (isObject(error) && isObject(error['json']) && typeof error['json']['message'] === 'string') return error['json']['message']
  return (error instanceof Error ? error.message : String(error)).replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

export function statusOf(error: unknown): number | undefined {
  return isObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : undefined
}
