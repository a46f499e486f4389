/** Runs the workers of a container image as a stack of a Docker Swarm: `[deploy] target = "swarm"`. */
import { artifactForm, visible, type DeployerFactory } from '@hop3/core'

export const swarmDeployer: DeployerFactory = {
  name: 'swarm',
  specificity: 'inferred',
  forms: ['image'],
  targets: ['swarm'],
  onlyByTarget: true,
  // It reads [deploy.compose].
  options: { keys: [] },
  check: async (app) => void (await import('../data-services/services-beside.ts')).servicesBeside(app),
  create(context, artifact) {
    return {
      name: 'swarm',
      async accept() {
        const { target } = context.config
        if (target !== 'swarm')
          return { accepted: false, reason: `[deploy] target is ${target === undefined ? 'not set' : visible(target)}, not swarm` }
        if (artifactForm(artifact) !== 'image')
          return { accepted: false, reason: 'a swarm runs container images, and the artifact is none: write `[build] strategy = "docker"`' }
        const { checkCrons } = await import('../command-argv.ts')
        checkCrons(artifact)
        return { accepted: true, reason: 'the artifact is a container image, and [deploy] target is swarm' }
      },
      deploy: async (deltas) => (await import('./deploy.ts')).deploy(context, artifact, deltas),
      async scale(deltas) {
        const [{ deploy }, { retire }] = await Promise.all([import('./deploy.ts'), import('./retire.ts')])
        await deploy(context, artifact, deltas)
        await retire(context, artifact, deltas)
      },
      stop: async () => (await import('./stop.ts')).stop(context),
      status: async () => (await import('./status.ts')).status(context),
      statusOfAll: async () => (await import('./status.ts')).statusOfAll(context),
      outage: async () => (await import('./status.ts')).outage(context),
      retire: async (deltas) => (await import('./retire.ts')).retire(context, artifact, deltas),
      logs: async (request) => (await import('./task-logs.ts')).liveLogs(context, request),
      forget: async () => (await import('./stop.ts')).forget(context),
      render: async () => (await import('../render.ts')).renderSwarm(context, artifact),
      exec: async (command, options) => (await import('./exec.ts')).exec(context, artifact, command, options),
    }
  },
}
