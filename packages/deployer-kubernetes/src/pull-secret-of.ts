/** The credentials nodes fetch an image with, on request: those `docker login` keeps on this host. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, visible, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { secretDigest } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import { kubernetesOptions } from './kubernetes-options.ts'
import type { AppInput } from './objects/app-input.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { pullSecret } from './objects/pull-secret.ts'

export interface PullSecret {
  readonly name: string
  /** Absent: it is somebody's, and there. */
  readonly make?: (input: AppInput) => KubernetesObject
}

type Asking = Pick<DeploymentContext, 'config' | 'env' | 'run' | 'signal' | 'directories' | 'appName'>

/** Undefined where none is asked for. Throws `deploy.kubernetes.pull-secret`. */
export async function pullSecretOf(context: Asking, { location }: Pick<BuildArtifact, 'location'>): Promise<PullSecret | undefined> {
  const { pullSecret: wanted } = kubernetesOptions(context.config)
  if (wanted === false) return undefined
  if (typeof wanted === 'string') return { name: wanted }
  const server = registryOf(location)
  const auth = await credentialsFor(context, server)
  const config = { auths: { [server]: auth } }
  const digest = await secretDigest(join(context.directories.home, 'kubernetes'), { [server]: JSON.stringify(auth) })
  const name = `${context.appName.slice(0, 40).replace(/-+$/, '')}-pull-${digest.slice(0, 16)}`
  return { name, make: (input) => pullSecret(input, name, config) }
}

/** `registry.example.com:5000`; of an image without one Docker Hub, by the name its credentials have. */
export function registryOf(location: string): string {
  const [first = '', ...rest] = location.split('/')
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isRegistry && first !== 'docker.io' ? first : 'https://index.docker.io/v1/'
}

async function credentialsFor({ env, run, signal }: Asking, server: string): Promise<Readonly<Record<string, string>>> {
  const path = join(env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? '/', '.docker'), 'config.json')
  const config = parseJson(await readFile(path, 'utf8').catch(() => ''))
  if (!isObject(config)) throw missing(server, `there is no ${path}`)
  const helpers = isObject(config['credHelpers']) ? config['credHelpers'] : {}
  const helper = helpers[server] ?? config['credsStore']
  if (typeof helper === 'string' && /^[A-Za-z0-9._-]+$/.test(helper)) {
    const { exitCode, stdout } = await run({
      file: `docker-credential-${helper}`,
      args: ['get'],
      cwd: '/',
      env,
      input: server,
      signal,
      timeout: 30_000,
    })
    const answer = parseJson(stdout)
    if (exitCode !== 0 || !isObject(answer)) throw missing(server, `the credential helper ${helper} has none`)
    return { username: String(answer['Username']), password: String(answer['Secret']) }
  }
  const auths = isObject(config['auths']) ? config['auths'] : {}
  const entry = auths[server] ?? auths[`https://${server}`]
  if (!isObject(entry) || typeof entry['auth'] !== 'string') throw missing(server, `${path} has none`)
  return { auth: entry['auth'] }
}

function missing(server: string, how: string): Error {
  return hop3Error(
    'deploy.kubernetes.pull-secret',
    `There are no credentials of ${visible(server)} for the nodes (pull-secret = true): ${how}.`,
    {
      hint: `Log in on this host: docker login ${server.startsWith('https:') ? '' : server}. Or name a Secret that is in the namespace: pull-secret = "name".`,
      details: { server },
    },
  )
}
