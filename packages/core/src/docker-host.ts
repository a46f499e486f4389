/**
 * Which container engine a command means, decided as the `docker` program decides it: DOCKER_HOST, DOCKER_CONTEXT, the current context of
 * `~/.docker/config.json`, the default socket; and where that is not there, a rootless engine's or Podman's. Connects to nothing.
 */
import { stat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agent } from 'node:http'
import { readDockerContext } from './docker-context.ts'
import { hop3Error } from './errors.ts'
import { visible } from './names.ts'

type Environment = Readonly<Record<string, string>>

/** For `new Docker(options)` of dockerode 5. Every key is there: it takes what is missing from the variables of this process. */
export interface DockerOptions {
  readonly socketPath: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly protocol: 'http' | 'https'
  readonly pathPrefix: string | undefined
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly timeout: undefined
  readonly agent?: Agent
}

export interface DockerHost {
  /** `unix:///var/run/docker.sock`, `tcp://10.0.0.2:2376`, `ssh://me@host`. */
  readonly address: string
  /** Who said so: `DOCKER_HOST`, `the docker context "prod"`, `the default socket`. */
  readonly origin: string
  readonly options: DockerOptions
  /** The whole environment of a `docker` or `docker-compose` process that shall mean the same engine: `env` and what says where it is. */
  readonly env: Environment
  /** Ends the connections that are processes of this host (`ssh`). Harmless where there are none, and twice. */
  readonly close: () => void
}

/**
 * `env` is the operator's, as far as strategies get it. Throws `environment.docker-host` for an address that is none, and
 * `environment.docker-context` for a context that is not there.
 */
export async function findDockerHost(env: Environment): Promise<DockerHost> {
  const { address, origin, certificates, isVerified } = await chosenAddress(env)
  const { DOCKER_CONTEXT: _, DOCKER_TLS_VERIFY: __, DOCKER_TLS: ___, DOCKER_CERT_PATH: ____, ...rest } = env
  const tls =
    certificates === undefined ? {} : { ...(isVerified ? { DOCKER_TLS_VERIFY: '1' } : { DOCKER_TLS: '1' }), DOCKER_CERT_PATH: certificates }
  const connection = await connectionTo(address, origin, env, certificates, isVerified)
  return { address, origin, env: { ...rest, DOCKER_HOST: address, ...tls }, ...connection }
}

interface ChosenAddress {
  readonly address: string
  readonly origin: string
  /** A directory of ca.pem, cert.pem and key.pem: the connection is TLS. */
  readonly certificates?: string
  readonly isVerified: boolean
}

async function chosenAddress(env: Environment): Promise<ChosenAddress> {
  const configPath = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? '/', '.docker')
  const said = env['DOCKER_HOST'] ?? ''
  if (said !== '') {
    const isVerified = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
    const isTls = isVerified || (env['DOCKER_TLS'] ?? '') !== ''
    const address = said.includes('://') ? said : `tcp://${said}`
    return { address, origin: 'DOCKER_HOST', isVerified, ...(isTls && { certificates: env['DOCKER_CERT_PATH'] ?? configPath }) }
  }
  const context = await readDockerContext(configPath, env['DOCKER_CONTEXT'])
  if (context !== undefined) return context
  const socket = await defaultSocket(env)
  return {
    address: `unix://${socket}`,
    origin: socket === dockerSocket ? 'the default socket' : 'the socket of this user',
    isVerified: false,
  }
}

const dockerSocket = '/var/run/docker.sock'

/** The first that is there; else Docker's own, so that what is said about a missing engine is said about Docker. */
async function defaultSocket(env: Environment): Promise<string> {
  const user = process.getuid?.() ?? 0
  const own = env['XDG_RUNTIME_DIR'] ?? `/run/user/${user}`
  const home = env['HOME'] ?? '/'
  const podman = user === 0 ? ['/run/podman/podman.sock'] : [join(own, 'podman/podman.sock')]
  for (const path of [dockerSocket, join(own, 'docker.sock'), join(home, '.docker/run/docker.sock'), ...podman]) {
    if ((await stat(path).catch(() => undefined))?.isSocket() === true) return path
  }
  return dockerSocket
}

type Connection = Pick<DockerHost, 'options' | 'close'>

async function connectionTo(
  address: string,
  origin: string,
  env: Environment,
  certificates: string | undefined,
  isVerified: boolean,
): Promise<Connection> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  // As the docker program takes it: a path, whose % are no escapes.
  if (/^unix:\/\/\/./.test(address)) return direct({ ...nowhere, socketPath: address.slice('unix://'.length) })
  if (url?.hostname === undefined || url.hostname === '') throw notAnAddress(address, origin)
  if (url.protocol === 'ssh:') {
    const { openSshAgent } = await import('./docker-ssh.ts')
    const { agent, close } = openSshAgent(url, env)
    return { options: { ...nowhere, host: 'http://docker', port: 80, agent }, close }
  }
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) throw notAnAddress(address, origin)
  const isTls = certificates !== undefined || url.protocol === 'https:'
  const protocol = isTls ? 'https' : 'http'
  return direct({
    ...nowhere,
    protocol,
    host: `${protocol}://${url.hostname}`,
    port: url.port === '' ? (isTls ? 2376 : 2375) : Number(url.port),
    pathPrefix: url.pathname === '' ? '/' : url.pathname,
    ...(certificates === undefined ? {} : await readCertificates(certificates, origin)),
    ...(isTls && !isVerified ? { agent: await trustingAgent() } : {}),
  })
}

const nowhere: DockerOptions = Object.freeze<DockerOptions>({
  socketPath: undefined,
  host: undefined,
  port: undefined,
  protocol: 'http',
  pathPrefix: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
})

function direct(options: DockerOptions): Connection {
  return { options, close: () => {} }
}

/** As DOCKER_TLS without DOCKER_TLS_VERIFY, and `skip-tls-verify` of a context, ask for. */
async function trustingAgent(): Promise<Agent> {
  const { Agent } = await import('node:https')
  return new Agent({ rejectUnauthorized: false })
}

/** An engine may ask for no certificate of the client, and have one that everybody's authorities have signed. */
async function readCertificates(directory: string, origin: string): Promise<Pick<DockerOptions, 'ca' | 'cert' | 'key'>> {
  const read = async (name: string): Promise<string | undefined> => {
    try {
      return await readFile(join(directory, name), 'utf8')
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
      throw hop3Error('environment.docker-host', `Cannot read ${join(directory, name)}, which ${origin} needs for TLS.`, {
        hint: `Make it readable for this user, or set DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and key.pem.`,
        cause,
      })
    }
  }
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')])
  return { ca, cert, key }
}

function notAnAddress(address: string, origin: string): Error {
  return hop3Error(
    'environment.docker-host',
    `${origin} says that the container engine is at ${visible(address)}, which is no address of one.`,
    {
      hint: 'Write `unix:///var/run/docker.sock`, `tcp://host:2376` or `ssh://user@host`: `export DOCKER_HOST=unix:///var/run/docker.sock`.',
      details: { address },
    },
  )
}
