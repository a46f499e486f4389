/** The contexts of the `docker` program, read from its files: it need not be installed. */
import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error } from './errors.ts'
import { isObject, parseJson } from './json.ts'
import { visible } from './names.ts'

export interface DockerContext {
  readonly address: string
  readonly origin: string
  /** A directory of ca.pem, cert.pem and key.pem. */
  readonly certificates?: string
  readonly isVerified: boolean
}

/**
 * The named context, else the current one of `<configPath>/config.json`; undefined for `default` and where there is none.
 * Throws `environment.docker-context`.
 */
export async function readDockerContext(configPath: string, named: string | undefined): Promise<DockerContext | undefined> {
  const isNamed = named !== undefined && named !== ''
  const name = isNamed ? named : await currentContext(configPath)
  if (name === '' || name === 'default') return undefined
  const directory = hash('sha256', name, 'hex')
  const path = join(configPath, 'contexts', 'meta', directory, 'meta.json')
  const endpoints = objectIn(parseJson(await readFile(path, 'utf8').catch(() => '')), 'Endpoints')
  const { Host: address, SkipTLSVerify: skips } = objectIn(endpoints, 'docker')
  if (typeof address !== 'string' || address === '')
    throw noContext(name, isNamed ? 'DOCKER_CONTEXT' : join(configPath, 'config.json'), path)
  const certificates = join(configPath, 'contexts', 'tls', directory, 'docker')
  const hasCertificates = await stat(certificates).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return { address, origin: `the docker context ${visible(name)}`, isVerified: skips !== true, ...(hasCertificates && { certificates }) }
}

async function currentContext(configPath: string): Promise<string> {
  const config = parseJson(await readFile(join(configPath, 'config.json'), 'utf8').catch(() => ''))
  const name = isObject(config) ? config['currentContext'] : undefined
  return typeof name === 'string' ? name : ''
}

function objectIn(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isObject(value) ? value[key] : undefined
  return isObject(found) ? found : {}
}

function noContext(name: string, origin: string, path: string): Error {
  return hop3Error('environment.docker-context', `${origin} asks for the docker context ${visible(name)}, but ${path} names no engine.`, {
    hint: '`docker context ls` lists what there is; `docker context use default` goes back to the socket of this host.',
    details: { name },
  })
}
