/** The credentials nodes fetch an image with, on request: those `docker login` keeps on this host. */
import { join } from 'node:path'
import { hop3Error, visible, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { credentialsFor } from '@hop3/core/docker'
import { secretDigest } from '@hop3/core/files'
import { kubernetesOptions } from './kubernetes-options.ts'
import type { AppInput } from './objects/app-input.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { secretName } from './objects/names.ts'
import { pullSecret } from './objects/pull-secret.ts'

export interface PullSecret {
  readonly name: string
  /** Absent: it is somebody's, and there. */
  readonly make?: (input: Pick<AppInput, 'owner' | 'namespace'>) => KubernetesObject
}

type Asking = Pick<DeploymentContext, 'config' | 'env' | 'loginEnv' | 'run' | 'signal' | 'directories' | 'appName'>

/** Undefined where none is asked for. Throws `deploy.kubernetes.pull-secret` and `environment.docker-credentials`. */
export async function pullSecretOf(context: Asking, { location }: Pick<BuildArtifact, 'location'>): Promise<PullSecret | undefined> {
  const { pullSecret: wanted } = kubernetesOptions(context.config)
  if (wanted === false) return undefined
  if (typeof wanted === 'string') return { name: wanted }
  const registry = registryOf(location)
  const auth = { auth: await authOf(context, registry) }
  // The name Docker Hub has where credentials are kept.
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  const config = { auths: { [server]: auth } }
  const digest = await secretDigest(join(context.directories.home, 'kubernetes'), { [server]: JSON.stringify(auth) })
  const name = secretName(context.appName, 'pull', digest)
  return { name, make: (input) => pullSecret(input, name, config) }
}

/** `registry.example.com:5000`; of an image without one Docker Hub. */
export function registryOf(location: string): string {
  const [first = '', ...rest] = location.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}

/** As nodes read it. They have no use for a token that stands for a login. */
async function authOf(context: Asking, registry: string): Promise<string> {
  const found = await credentialsFor(registry, context)
  if (found === undefined) throw missing(registry, 'nobody has logged in there')
  if (found.username === '') throw missing(registry, 'the login is an identity token, which nodes cannot use')
  return Buffer.from(`${found.username}:${found.secret}`).toString('base64')
}

function missing(registry: string, how: string): Error {
  return hop3Error(
    'deploy.kubernetes.pull-secret',
    `There are no credentials of ${visible(registry)} for the nodes (pull-secret = true): ${how}.`,
    {
      hint: `Log in on this host: docker login${registry === 'docker.io' ? '' : ` ${registry}`}. Or name a Secret that is in the namespace: pull-secret = "name".`,
      details: { server: registry },
    },
  )
}
