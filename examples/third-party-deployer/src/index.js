// A package that is found by its keyword and imported by its name: the default export is the plugin. Light, because every command of
// Hop3 imports it; what does the work is loaded when it is needed.
import { artifactForm, definePlugin } from '@hop3/core'

/** @type {import('@hop3/core').DeployerFactory} */
export const detached = {
  name: 'detached',
  specificity: 'inferred',
  create(context, artifact) {
    const work = async () => (await import('./deployer.js')).createDetached(context, artifact)
    return {
      name: 'detached',
      accept: async () => judge(artifact),
      deploy: async (deltas) => (await work()).deploy(deltas),
      scale: async (deltas) => (await work()).scale(deltas),
      stop: async () => (await work()).stop(),
      status: async () => (await work()).status(),
      retire: async (deltas) => (await work()).retire(deltas),
      exec: async (command, options) => (await work()).exec(command, options),
    }
  },
}

export default definePlugin({ protocol: 1, deployers: [detached] })

/** @type {(artifact: import('@hop3/core').BuildArtifact) => import('@hop3/core').Verdict} */
function judge(artifact) {
  const form = artifactForm(artifact)
  if (form !== 'process') return { accepted: false, reason: `a ${form} has no processes to start` }
  const unfit = Object.keys(artifact.runtime.workers).find((name) => name === 'wsgi' || name.startsWith('cron'))
  if (unfit !== undefined) return { accepted: false, reason: `worker ${unfit} needs more than a process` }
  if (process.platform !== 'linux') return { accepted: false, reason: 'needs Linux: processes are recognized by /proc' }
  return { accepted: true, reason: 'every worker is a command a shell can run' }
}
