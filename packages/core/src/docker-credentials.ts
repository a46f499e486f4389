/** What `~/.docker/config.json` knows about logging in to a registry: the entry itself, or a credential helper that is asked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from './builder.ts'
import { hop3Error } from './errors.ts'
import { isObject, parseJson } from './json.ts'
import { visible } from './names.ts'
import { orElse, systemCode } from './system-error.ts'

export interface RegistryCredentials {
  /** Empty: `secret` is an identity token, which the registry's token server takes and nobody else. */
  readonly username: string
  readonly secret: string
}

export type CredentialsAccess = Pick<BuildContext, 'env' | 'loginEnv' | 'run' | 'signal'>

/**
 * `registry` is a host, with its port: `registry.example.com:5000`, `docker.io`. Undefined where nobody has logged in. Throws
 * `environment.docker-credentials`.
 */
export async function credentialsFor(registry: string, access: CredentialsAccess): Promise<RegistryCredentials | undefined> {
  const path = join(access.env['DOCKER_CONFIG'] ?? join(access.env['HOME'] ?? '/', '.docker'), 'config.json')
  const config = await readConfig(path)
  if (config === undefined) return undefined
  const helpers = isObject(config['credHelpers']) ? config['credHelpers'] : {}
  for (const server of serverNames(registry)) {
    const own = helpers[server]
    const helper = typeof own === 'string' ? own : config['credsStore']
    const found = typeof helper === 'string' && helper !== '' ? await askHelper(helper, server, access) : entryOf(config, server)
    if (found !== undefined) return found
  }
  return undefined
}

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await orElse(readFile(path, 'utf8'), undefined, ['ENOENT', 'ENOTDIR']).catch((cause: unknown) => {
    throw badConfig(path, `cannot be read: ${systemCode(cause)}`, cause)
  })
  if (text === undefined || text.trim() === '') return undefined
  const config = parseJson(text)
  if (!isObject(config)) throw badConfig(path, 'holds no JSON object')
  return config
}

function badConfig(path: string, how: string, cause?: unknown): Error {
  return hop3Error('environment.docker-credentials', `${path}, which knows who is logged in to registries, ${how}.`, {
    hint: `Make it readable for the user who deploys, or mend it: \`docker login\` writes a new one where there is none.`,
    details: { path },
    cause,
  })
}

const hub = 'https://index.docker.io/v1/'

/** Docker Hub has several names, and entries may be URLs. */
function serverNames(registry: string): readonly string[] {
  const isHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(registry)
  return isHub ? [hub, 'docker.io'] : [registry, `https://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`]
}

function entryOf(config: Readonly<Record<string, unknown>>, server: string): RegistryCredentials | undefined {
  const auths = config['auths']
  const entry = isObject(auths) ? auths[server] : undefined
  if (!isObject(entry)) return undefined
  if (typeof entry['identitytoken'] === 'string' && entry['identitytoken'] !== '') return { username: '', secret: entry['identitytoken'] }
  if (typeof entry['auth'] !== 'string') return undefined
  const text = Buffer.from(entry['auth'], 'base64').toString('utf8').replace(/\0+$/, '')
  const at = text.indexOf(':')
  return at < 1 ? undefined : { username: text.slice(0, at), secret: text.slice(at + 1) }
}

/** The protocol of `docker-credential-<name> get`: the server on standard input, JSON on standard output. */
async function askHelper(name: string, server: string, access: CredentialsAccess): Promise<RegistryCredentials | undefined> {
  const { env, loginEnv, run, signal } = access
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw badHelper(name, 'its name is none of a program')
  const { exitCode, stdout, stderr } = await run({
    file: `docker-credential-${name}`,
    args: ['get'],
    cwd: '/',
    env: { ...env, ...loginEnv },
    input: server,
    signal,
    timeout: 30_000,
  })
  if (exitCode !== 0) {
    if (/credentials not found/i.test(stdout + stderr)) return undefined
    throw badHelper(name, `it ended with ${exitCode ?? 'a signal'}: ${(stderr || stdout).trim().slice(0, 200)}`)
  }
  const answer = parseJson(stdout)
  if (!isObject(answer) || typeof answer['Secret'] !== 'string') throw badHelper(name, 'its answer is no credentials')
  const { Username: username, Secret: secret } = answer
  return { username: typeof username !== 'string' || username === '<token>' ? '' : username, secret }
}

function badHelper(name: string, how: string): Error {
  return hop3Error(
    'environment.docker-credentials',
    `The credential helper ${visible(name)} of ~/.docker/config.json does not answer: ${how}.`,
    {
      hint: `Log in again with \`docker login\`, or remove ${visible(name)} from ~/.docker/config.json.`,
    },
  )
}
