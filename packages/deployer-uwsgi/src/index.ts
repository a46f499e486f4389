/** Runs the workers of a process artifact under a uWSGI Emperor, one per `$HOP3_HOME` (ADR 022 "uwsgi"). */
import { artifactForm, definePlugin, protocolVersion, visible, type DeployerFactory } from '@hop3/core'
import { optionsSchema } from './options.ts'

export const uwsgiDeployer: DeployerFactory = {
  name: 'uwsgi',
  specificity: 'inferred',
  forms: ['process'],
  targets: [],
  options: {
    keys: Object.keys(optionsSchema.properties),
    check: async (config) => void (await import('./uwsgi-options.ts')).uwsgiOptions(config),
  },
  create(context, artifact) {
    const form = artifactForm(artifact)
    return {
      name: 'uwsgi',
      async accept() {
        const { target, origins } = context.config
        const where = origins?.['target'] === undefined ? '' : ` (${origins['target']})`
        if (form !== 'process')
          return { accepted: false, reason: `the artifact is ${form === 'image' ? 'a container image' : 'a site of files'}, not processes` }
        if (target !== undefined) return { accepted: false, reason: `[deploy] target = ${visible(target)}${where} is none of its own` }
        const crons = Object.entries(artifact.runtime.workers).filter(([worker]) => worker.startsWith('cron'))
        if (crons.length > 0) {
          const { cronJob } = await import('./cron-lines.ts')
          // Throws what is wrong with it, before anything of the release has run.
          for (const [worker, line] of crons) cronJob(line, worker)
        }
        return { accepted: true, reason: `the artifact (${artifact.kind}) has workers that run as processes` }
      },
      deploy: async (deltas) => (await import('./deploy.ts')).deploy(context, artifact, deltas),
      async scale(deltas) {
        const [{ deploy }, { retire }] = await Promise.all([import('./deploy.ts'), import('./retire.ts')])
        await deploy(context, artifact, deltas)
        await retire(context, artifact, deltas)
      },
      stop: async () => (await import('./retire.ts')).stop(context),
      status: async () => (await import('./status.ts')).status(context),
      outage: async () => (await import('./status.ts')).outage(context),
      retire: async (deltas) => (await import('./retire.ts')).retire(context, artifact, deltas),
      exec: async (command, options) => (await import('./exec-command.ts')).execCommand(context, artifact, command, options),
    }
  },
}

export default definePlugin({ protocol: protocolVersion, deployers: [uwsgiDeployer] })
