/** Runs the workers of a container image with Docker Compose on this host (ADR 022, ADR 033). */
import { artifactForm, definePlugin, protocolVersion, visible, type DeployerFactory } from '@hop3/core'
import { optionsSchema } from './options.ts'
import { swarmDeployer } from './swarm/swarm-deployer.ts'

export const composeDeployer: DeployerFactory = {
  name: 'compose',
  specificity: 'inferred',
  forms: ['image'],
  targets: ['compose'],
  options: {
    keys: Object.keys(optionsSchema.properties),
    check: async (config) => void (await import('./compose-options.ts')).composeOptions(config),
  },
  check: async (app) => void (await import('./data-services/services-beside.ts')).servicesBeside(app),
  create(context, artifact) {
    return {
      name: 'compose',
      async accept() {
        const { target, origins } = context.config
        const where = origins?.['target'] === undefined ? '' : ` (${origins['target']})`
        const form = artifactForm(artifact)
        if (form !== 'image')
          return {
            accepted: false,
            reason: form === 'site' ? 'the artifact is a site of files' : 'the artifact is processes of this host, not a container image',
          }
        if (target !== undefined && target !== 'compose')
          return { accepted: false, reason: `[deploy] target = ${visible(target)}${where} is none of its own` }
        const { checkCrons } = await import('./command-argv.ts')
        checkCrons(artifact)
        return { accepted: true, reason: 'the artifact is a container image' }
      },
      deploy: async (deltas) => (await import('./deploy.ts')).deploy(context, artifact, deltas),
      async scale(deltas) {
        const [{ deploy }, { retire }] = await Promise.all([import('./deploy.ts'), import('./retire.ts')])
        await deploy(context, artifact, deltas)
        await retire(context, artifact, deltas)
      },
      stop: async () => (await import('./retire.ts')).stop(context),
      status: async () => (await import('./status.ts')).status(context),
      statusOfAll: async () => (await import('./status.ts')).statusOfAll(context),
      retire: async (deltas) => (await import('./retire.ts')).retire(context, artifact, deltas),
      logs: async (request) => (await import('./live-logs.ts')).liveLogs(context, request),
      forget: async () => (await import('./forget.ts')).forget(context),
      render: async () => (await import('./render.ts')).renderCompose(context, artifact),
      exec: async (command, options) => (await import('./exec-command.ts')).execCommand(context, artifact, command, options),
    }
  },
}

export { swarmDeployer }

export default definePlugin({ protocol: protocolVersion, deployers: [composeDeployer, swarmDeployer] })
