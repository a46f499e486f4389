/** `@hop3/deployer-static`: publishes the files of a site; the proxy serves them from the release. */
import { artifactForm, definePlugin, protocolVersion, visible, type Deployer, type DeployerFactory } from '@hop3/core'

export const staticDeployer: DeployerFactory = {
  name: 'static',
  specificity: 'inferred',
  forms: ['site'],
  targets: [],
  options: { keys: [] },
  create(context, artifact): Deployer {
    const form = artifactForm(artifact)
    return {
      name: 'static',
      async accept() {
        const { target, origins } = context.config
        const where = origins?.['target'] === undefined ? '' : ` (${origins['target']})`
        if (form !== 'site') {
          const is = form === 'image' ? 'a container image' : 'processes'
          return { accepted: false, reason: `the artifact (${artifact.kind}) is ${is}, not a site of files` }
        }
        if (target !== undefined) return { accepted: false, reason: `[deploy] target = ${visible(target)}${where} is none of its own` }
        return { accepted: true, reason: 'the artifact is a site of files and nothing has to run' }
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
