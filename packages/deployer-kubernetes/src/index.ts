/** Runs the workers of a container image on a Kubernetes cluster (ADR 022): `[deploy] target = "kubernetes"`. */
import { artifactForm, definePlugin, protocolVersion, visible, type DeployerFactory } from '@hop3/core'
import { optionsSchema } from './options.ts'

export const kubernetesDeployer: DeployerFactory = {
  name: 'kubernetes',
  specificity: 'inferred',
  forms: ['image'],
  targets: ['kubernetes'],
  onlyByName: true,
  scalesByItself: true,
  options: {
    keys: Object.keys(optionsSchema.properties),
    check: async (config) => void (await import('./kubernetes-options.ts')).kubernetesOptions(config),
  },
  create(context, artifact) {
    let isChecked = false
    return {
      name: 'kubernetes',
      async accept() {
        const { target, strategy } = context.config
        if (target !== 'kubernetes' && strategy !== 'kubernetes')
          return { accepted: false, reason: `[deploy] target is ${target === undefined ? 'not set' : visible(target)}, not kubernetes` }
        if (artifactForm(artifact) !== 'image')
          return {
            accepted: false,
            reason:
              'a cluster runs container images, and the artifact is none: write `[build] strategy = "docker"`, and `[build.docker] push` with a registry',
          }
        const [{ checkCrons }, { checkPullable }] = await Promise.all([import('./command-argv.ts'), import('./image.ts')])
        checkPullable(artifact)
        checkCrons(artifact)
        return { accepted: true, reason: 'the artifact is a container image of a registry, and [deploy] names kubernetes' }
      },
      async check() {
        await (await import('./check.ts')).check(context, artifact)
        // A command that runs before the release takes its time, and may make the namespace.
        isChecked = artifact.runtime.beforeRun.length === 0
      },
      deploy: async (deltas) => (await import('./deploy.ts')).deploy(context, artifact, { deltas, isChecked }),
      async scale(deltas) {
        const [{ deploy }, { retire }] = await Promise.all([import('./deploy.ts'), import('./retire.ts')])
        await deploy(context, artifact, { deltas })
        await retire(context, artifact, deltas)
      },
      stop: async () => (await import('./stop.ts')).stop(context),
      status: async () => (await import('./status.ts')).status(context),
      outage: async () => (await import('./outage.ts')).outage(context),
      statusOfAll: async () => (await import('./status-of-all.ts')).statusOfAll(context),
      retire: async (deltas) => (await import('./retire.ts')).retire(context, artifact, deltas),
      logs: async (request) => (await import('./live-logs.ts')).liveLogs(context, request),
      forget: async () => (await import('./stop.ts')).forget(context),
      render: async () => (await import('./render.ts')).render(context, artifact),
      difference: async () => (await import('./difference.ts')).difference(context, artifact),
      exec: async (command, options) => (await import('./exec-command.ts')).execCommand(context, artifact, command, options),
    }
  },
}

export default definePlugin({ protocol: protocolVersion, deployers: [kubernetesDeployer] })
