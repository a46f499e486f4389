import { hop3Error, type BuildArtifact, type StoreContext } from '@hop3/core'
import { dockerAnswer, findDockerHost } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'

/** Whether the engine still has the image: one call, without what a build loads. Throws `environment.docker-*`. */
export async function holdsImage(artifact: BuildArtifact, { env, signal }: Pick<StoreContext, 'env' | 'signal'>): Promise<boolean> {
  const image = artifact.metadata['image']
  // One that was pushed is here by its id, too, and need not be by its name.
  const name = isObject(image) && typeof image['id'] === 'string' ? image['id'] : artifact.location
  const host = await findDockerHost(env)
  try {
    const { status } = await dockerAnswer(host, { method: 'GET', path: `/images/${encodeURIComponent(name)}/json`, signal })
    if (status === 200 || status === 404) return status === 200
    throw hop3Error(
      'environment.docker-failed',
      `The container engine at ${host.address} does not say whether it has ${name}: status ${status}.`,
      {
        hint: `See what \`docker --host ${host.address} info\` says.`,
      },
    )
  } finally {
    host.close()
  }
}
