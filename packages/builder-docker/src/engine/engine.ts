/** The container engine a build talks to. dockerode is loaded here, and nowhere before a build begins. */
import type Docker from 'dockerode'
import { setTimeout as pause } from 'node:timers/promises'
import { hop3Error, isHop3Error, type BuildContext } from '@hop3/core'
import {
  dockerAnswer,
  dockerFailure,
  findDockerHost,
  type DockerAnswer,
  type DockerHost,
  type DockerPatience,
  type DockerQuestion,
} from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'

export interface Engine {
  readonly docker: Docker
  readonly host: DockerHost
  readonly facts: EngineFacts
  /**
   * One call whose answer is JSON. Rejects as dockerode does, with `statusCode`, when the engine says that it failed; with
   * `environment.docker-*` where it does not answer in time; and with the signal's reason.
   */
  readonly ask: (question: EngineQuestion) => Promise<unknown>
  readonly close: () => void
}

export interface EngineQuestion extends Omit<DockerQuestion, 'signal'>, DockerPatience {}

export interface EngineFacts {
  readonly version: string
  /** `1.45`. */
  readonly apiVersion: string
  readonly os: string
  /** As Go names it: `amd64`, `arm64`. */
  readonly arch: string
  readonly isPodman: boolean
}

/** Every call ends with the signal. Throws `environment.docker-*`. */
export async function connectEngine({ env, signal }: Pick<BuildContext, 'env' | 'signal'>): Promise<Engine> {
  const host = await findDockerHost(env)
  const ask = async (question: EngineQuestion): Promise<unknown> => goodAnswer(await dockerAnswer(host, { ...question, signal }))
  try {
    const facts = readFacts(await ask({ method: 'GET', path: '/version' }))
    const { default: Dockerode } = await import('dockerode')
    return { docker: new Dockerode(host.options), host, facts, ask, close: host.close }
  } catch (error) {
    host.close()
    signal.throwIfAborted()
    throw engineError(error, host, 'ask for its version')
  }
}

function goodAnswer({ status, body }: DockerAnswer): unknown {
  if (status < 400) return body
  const said = isObject(body) && typeof body['message'] === 'string' ? body['message'] : `it answered with status ${status}`
  throw Object.assign(new Error(said), { statusCode: status })
}

export async function tagImage({ ask }: Engine, id: string, { repo, tag }: { readonly repo: string; readonly tag: string }): Promise<void> {
  const query = new URLSearchParams({ repo, tag })
  await ask({ method: 'POST', path: `/images/${encodeURIComponent(id)}/tag?${query.toString()}` })
}

/** Takes a name from an image, and the image away where it was the last one and nothing needs it. Bounded, and not ended by Ctrl-C: it tidies up. */
export async function untagImage({ host }: Pick<Engine, 'host'>, name: string): Promise<DockerAnswer> {
  return dockerAnswer(host, { method: 'DELETE', path: `/images/${encodeURIComponent(name)}`, within: tidying })
}

/** Seconds. */
export const tidying = 3

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

/** Whether the engine goes: one that ends kills what it runs and tells it like any failure, and stops listening within a few seconds. */
export async function isGone({ host }: Engine): Promise<boolean> {
  for (let round = 0; round < 6; round++) {
    try {
      await dockerAnswer(host, { method: 'GET', path: '/_ping', within: 10 })
    } catch {
      // What has been said is what ended the build; this only tells why.
      return true
    }
    await pause(500)
  }
  return false
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
