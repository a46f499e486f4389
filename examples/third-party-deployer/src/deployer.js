import { hop3Error, noAddress, targetScale, workerEnvironment } from '@hop3/core'
import { lastLines, untilHealthy } from './health.js'
import { endInstance, listInstances, startInstance } from './instances.js'

/**
 * @param {import('@hop3/core').DeploymentContext} context
 * @param {import('@hop3/core').BuildArtifact} artifact
 * @returns {Required<Omit<import('@hop3/core').Deployer, 'name' | 'accept'>>}
 */
export function createDetached(context, artifact) {
  const { runtime } = artifact
  const directory = `${context.directories.home}/detached/${context.appName}`
  const wanted = async (deltas) => {
    const counts = Object.entries(targetScale(runtime.workers, { ...context.config.scale, ...context.scale }, deltas))
    const ordinals = counts.flatMap(([worker, count]) => Array.from({ length: count }, (_, index) => ({ worker, ordinal: index + 1 })))
    return Promise.all(ordinals.map((one) => describe(one, context, artifact, directory)))
  }

  const deploy = async (deltas = {}) => {
    context.signal.throwIfAborted()
    const instances = await wanted(deltas)
    const started = []
    try {
      for (const instance of instances) {
        if ((await listInstances(directory)).some((one) => one.id === instance.id && one.isAlive)) continue
        started.push(instance)
        context.log.info(`Starting ${instance.worker}.${instance.ordinal}`)
        await startInstance(instance, context)
      }
      await Promise.all(instances.map((instance) => healthy(instance, context, artifact)))
    } catch (error) {
      await end(started, context, directory)
      throw error
    }
    return addressOf(instances, runtime)
  }

  const retire = async (deltas = {}) => {
    const keep = new Set((await wanted(deltas)).map(({ id }) => id))
    const rest = (await listInstances(directory)).filter(({ id }) => !keep.has(id))
    await end(rest, context, directory)
  }

  return {
    deploy,
    retire,
    async scale(deltas) {
      await deploy(deltas)
      await retire(deltas)
    },
    stop: async () => end(await listInstances(directory), context, directory),
    status: async () => (await listInstances(directory)).map((instance) => statusOf(instance, context.appName)),
    async exec(command, { stdio }) {
      const env = workerEnvironment({ artifact, context, worker: 'exec' })
      const { exitCode } = await context.run({
        file: '/bin/sh',
        args: ['-c', command],
        cwd: runtime.workingDir,
        env,
        stdio,
        signal: context.signal,
        onLine: (line, stream) => context.log.output(line, stream),
      })
      return exitCode ?? 1
    },
  }
}

/** One instance as it is to be: who it is, where its record and its log are, what it is started with. */
async function describe({ worker, ordinal }, context, artifact, directory) {
  const { generation, release } = context
  // No name can contain a tilde.
  const id = `${release.id}~${generation}~${worker}~${ordinal}`
  const port = worker === 'web' ? await context.reservePort(`${worker}.${ordinal}`) : undefined
  const env = workerEnvironment({ artifact, context, worker, ...(port === undefined ? {} : { port }) })
  const record = { id, path: `${directory}/${id}`, log: `${context.directories.logs}/${worker}.${ordinal}.log` }
  return { ...record, worker, ordinal, port, env, command: artifact.runtime.workers[worker], cwd: artifact.runtime.workingDir }
}

async function healthy(instance, context, artifact) {
  const problem = await untilHealthy(instance, context, artifact.runtime)
  if (problem === undefined) return
  const name = `${instance.worker}.${instance.ordinal}`
  const lines = await lastLines(instance.log)
  throw hop3Error('health.detached.not-up', `${name} of ${context.appName} did not come up: ${problem}.\n${lines}`, {
    hint: `Its log is ${instance.log}. Mend what its last lines say and deploy again.`,
    details: { worker: instance.worker, ordinal: instance.ordinal, problem, lines },
  })
}

/** Also when the operator has interrupted the rest: what was begun is undone. */
async function end(instances, { config, clock }, directory) {
  const listed = await listInstances(directory)
  const ids = new Set(instances.map(({ id }) => id))
  await Promise.all(listed.filter(({ id }) => ids.has(id)).map((one) => endInstance(one, { clock, seconds: config.stopTimeout })))
}

/** An app whose web worker is scaled to zero keeps its name: it still speaks HTTP, from nowhere. */
function addressOf(instances, { workers }) {
  if (workers.web === undefined) return noAddress
  const upstreams = instances.filter(({ port }) => port !== undefined).map(({ port }) => ({ address: '127.0.0.1', port }))
  return { protocol: 'http', address: '', port: null, ...upstreams[0], upstreams }
}

function statusOf({ worker, ordinal, release, generation, pid, address, isAlive }, app) {
  return { app, worker, ordinal, release, generation, state: isAlive ? 'running' : 'failing', pid: isAlive ? pid : null, address }
}
