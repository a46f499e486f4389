import { isHop3Error, type BuildContext } from '@hop3/core'
import { credentialsFor, type CredentialsAccess, type RegistryCredentials } from '@hop3/core/docker'

/** For images that anybody may read: what is wrong with the credentials is said, and the registry is asked without. */
export async function credentialsToRead(
  registry: string,
  access: CredentialsAccess & Pick<BuildContext, 'log'>,
): Promise<RegistryCredentials | undefined> {
  try {
    return await credentialsFor(registry, access)
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'environment.docker-credentials') throw error
    access.log.warn(`${error.message} ${registry} is asked without credentials.`)
    return undefined
  }
}
