/** `@hop3/deployer-static`: publishes the files of a site; the proxy serves them from the release. */
import { artifactForm, definePlugin, protocolVersion, type Deployer, type DeployerFactory } from '@hop3/core'

export const staticDeployer: DeployerFactory = {
  name: 'static',
  specificity: 'inferred',
  create(context, artifact): Deployer {
    const form = artifactForm(artifact)
    return {
      name: 'static',
      accept: async () =>
        form === 'site'
          ? { accepted: true, reason: 'the artifact is a site of files and nothing has to run' }
          : {
              accepted: false,
              reason: `the artifact (${artifact.kind}) is ${form === 'image' ? 'a container image' : 'processes'}, not a site of files`,
            },
      deploy: async (deltas) => (await import('./publish.ts')).publish(context, artifact, deltas),
      async scale(deltas) {
        await (await import('./publish.ts')).publish(context, artifact, deltas)
        await (await import('./published.ts')).keepOnly(context)
      },
      stop: async () => (await import('./published.ts')).forgetAll(context),
      status: async () => (await import('./published.ts')).status(context),
      retire: async () => (await import('./published.ts')).keepOnly(context),
    }
  },
}

export default definePlugin({ protocol: protocolVersion, deployers: [staticDeployer] })
