/** What a failed connection to a container engine means, told apart, each with the command that mends it. */
import type { DockerHost } from './docker-host.ts'
import { hop3Error, type Hop3Error } from './errors.ts'
import { printable } from './names.ts'
import { programOnPath } from './path-search.ts'

/**
 * `environment.docker-missing`, `-stopped`, `-permission`, `-unreachable` or `-lost` for an error of the connection to `host`; undefined for one
 * that the engine itself has answered with, and for what is no connection's.
 */
export function dockerFailure(error: unknown, host: DockerHost): Hop3Error | undefined {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const message = error instanceof Error ? printable(error.message) : ''
  const options = { details: { address: host.address, origin: host.origin }, cause: error }
  const where = `the container engine at ${host.address} (${host.origin})`
  if (host.address.startsWith('unix:')) {
    if (isConnecting(error)) return socketFailure(code, where, host, options)
    return code === 'ECONNRESET' || code === 'EPIPE' ? dockerLost(host, error) : undefined
  }
  if (code === 'ESSH') {
    return hop3Error('environment.docker-unreachable', `Cannot reach ${where}: ${message}`, {
      hint: `Make \`ssh ${sshTarget(host.address)} docker version\` work first: it uses the same configuration and keys.`,
      ...options,
    })
  }
  if (isCertificateProblem(code)) {
    return hop3Error('environment.docker-unreachable', `Cannot trust ${where}: ${message}.`, {
      hint: 'Set DOCKER_CERT_PATH to the directory of the ca.pem, cert.pem and key.pem that engine was set up with, and DOCKER_TLS_VERIFY=1.',
      ...options,
    })
  }
  const seen = unreachable[code]
  if (seen === undefined) return undefined
  return hop3Error('environment.docker-unreachable', `Cannot reach ${where}: ${seen}.`, {
    hint: `Check the address with \`docker --host ${host.address} version\`, and that the engine there listens on it.`,
    ...options,
  })
}

/** For an engine that has answered before, and ended the connection in the middle. */
export function dockerLost({ address, origin }: DockerHost, cause: unknown): Hop3Error {
  return hop3Error(
    'environment.docker-lost',
    `The container engine at ${address} (${origin}) has ended the connection: it was stopped or restarted.`,
    { hint: 'When `docker info` answers again, run the command again.', details: { address }, cause },
  )
}

/** It accepted a connection, and then nothing. */
export function dockerSilent({ address, origin }: DockerHost, seconds: number): Hop3Error {
  return hop3Error('environment.docker-silent', `The container engine at ${address} (${origin}) has not answered for ${seconds} s.`, {
    hint: 'See whether `docker info` answers; an engine that is stuck is restarted: systemctl restart docker.',
    details: { address },
  })
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'it closed the connection (an engine that wants TLS does, without it)',
  EPIPE: 'it closed the connection',
  EPROTO: 'it does not speak TLS',
}

interface Options {
  readonly details: Readonly<Record<string, unknown>>
  readonly cause: unknown
}

function socketFailure(code: string, where: string, { address, env }: DockerHost, options: Options): Hop3Error | undefined {
  if (code === 'EACCES' || code === 'EPERM') {
    return hop3Error('environment.docker-permission', `This user may not use ${where}: permission denied.`, {
      hint: 'Add the user to its group with `sudo usermod -aG docker "$USER"`, log in again, and run the command again.',
      ...options,
    })
  }
  if (code === 'ENOENT' && !isInstalled(env)) {
    return hop3Error('environment.docker-missing', `There is no ${where.slice(4)}, and none is installed: no dockerd on PATH.`, {
      hint: 'Install one: `sudo apt-get install docker.io`, or as https://docs.docker.com/engine/install/ says. For one on another host set DOCKER_HOST.',
      ...options,
    })
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return hop3Error('environment.docker-stopped', `Nothing answers at ${address.slice('unix://'.length)}: ${where} is not running.`, {
      hint: 'Start it: `sudo systemctl start docker` (rootless: `systemctl --user start docker`).',
      ...options,
    })
  }
  return undefined
}

/** Files have the same codes. */
function isConnecting(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect'
}

function isInstalled(env: Readonly<Record<string, string>>): boolean {
  return programOnPath('dockerd', env['PATH'], ['/usr/sbin', '/sbin', '/usr/local/sbin']) !== undefined
}

function isCertificateProblem(code: string): boolean {
  return /CERT|^ERR_TLS|^ERR_SSL|UNABLE_TO_VERIFY|SELF_SIGNED/.test(code)
}

function sshTarget(address: string): string {
  const { username, hostname, port } = new URL(address)
  return `${port === '' ? '' : `-p ${port} `}${username === '' ? '' : `${username}@`}${hostname}`
}
