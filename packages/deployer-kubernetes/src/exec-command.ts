/** One command in a pod of its own, of the release's image, with a worker's environment and volumes. */
import { randomBytes } from 'node:crypto'
import { hop3Error, programOnPath, visible, type BuildArtifact, type DeploymentContext, type ExecOptions } from '@hop3/core'
import { isatty } from 'node:tty'
import { apply } from './apply.ts'
import { applyRelease } from './apply-release.ts'
import { withCluster, type Cluster } from './client/cluster.ts'
import { shellArgv } from './command-argv.ts'
import { whereOf } from './deploy.ts'
import { ownEnvironment } from './environment.ts'
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import { commandJob } from './objects/job.ts'
import { kinds } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { endLeftOneOffs, starterMark } from './one-offs.ts'
import { labelOf, removeOwn } from './own-objects.ts'
import { keepPlace, readPlace, wishOf } from './place.ts'
import { readPodLog } from './pod-logs.ts'
import { listPods, type Pod } from './pods.ts'
import { checkWelcome, prepare } from './prepare.ts'
import { eventsOf, troubleFailure } from './roll-out-failure.ts'
import { notCreated } from './watch-roll-out.ts'
import { watchTrouble } from './watch-trouble.ts'

/** See `Deployer.exec`. */
export async function execCommand(
  context: DeploymentContext,
  artifact: BuildArtifact,
  command: string,
  { stdio }: ExecOptions,
): Promise<number> {
  context.signal.throwIfAborted()
  if (command.trim() === '')
    throw hop3Error('deploy.kubernetes.command', `Cannot run a command in ${context.appName}: it is empty.`, {
      hint: `For example: hop3 exec ${context.appName} -- ls`,
    })
  return withCluster(context, wishOf(context, await readPlace(context)), async (cluster) => {
    const input = await ground(context, artifact, cluster)
    await endLeftOneOffs(context, cluster, whereOf(input))
    const isHeld = stdio === 'inherit'
    const worker = execWorker(context, artifact, input, isHeld ? holding : command)
    const name = `${context.appName.slice(0, 40).replace(/-+$/, '')}-exec-${randomBytes(4).toString('hex')}`
    await apply(cluster, commandJob(input, worker, { name, starter: await starterMark() }), { app: context.appName, isForced: false })
    const running = { context, cluster, input, name }
    try {
      const pod = await untilStarted(running)
      return await (isHeld ? inTerminal(running, pod, command) : followed(running, pod))
    } finally {
      await removeOwn(cluster, kinds.job, whereOf(input), name)
    }
  })
}

/** Keeps the pod there for as long as somebody types. */
const holding = 'trap "exit 0" TERM; while :; do sleep 1; done'

/** What every pod of the release needs. */
async function ground(context: DeploymentContext, artifact: BuildArtifact, cluster: Cluster): Promise<AppInput> {
  const prepared = await prepare(context, artifact, cluster)
  // What keeps a release from the cluster keeps the commands before it, too.
  if (!prepared.before.some((one) => labelOf(one, label.release) === context.release.id)) await checkWelcome(cluster, prepared)
  await keepPlace(context, prepared.place)
  const { input, objects } = prepared
  await applyRelease(
    context,
    cluster,
    input,
    objects.filter(({ kind }) => needed.has(kind)),
  )
  return input
}

const needed: ReadonlySet<string> = new Set([kinds.namespace.kind, kinds.secret.kind, kinds.claim.kind])

function execWorker(context: DeploymentContext, artifact: BuildArtifact, input: AppInput, command: string): WorkerInput {
  const worker = 'exec'
  return {
    worker,
    kind: 'worker',
    argv: shellArgv(command, worker, context.appName),
    replicas: 1,
    environment: ownEnvironment({ context, artifact, worker }),
    limits: input.options.limits,
  }
}

interface Running {
  readonly context: DeploymentContext
  readonly cluster: Cluster
  readonly input: AppInput
  /** Of the Job. */
  readonly name: string
}

const podOf = async ({ cluster, input, name }: Running): Promise<Pod | undefined> =>
  (await listPods(cluster, whereOf(input), `,batch.kubernetes.io/job-name=${name}`))[0]

/** Seconds an image may take to be fetched, and a node to be found. */
const longestStart = 300

async function untilStarted(running: Running): Promise<Pod> {
  const { context, cluster, input, name } = running
  const { clock, signal } = context
  const began = clock.monotonic()
  const request = { context, cluster, namespace: input.namespace, patience: longestStart }
  const search = Math.max(30, ...input.workers.map(({ web }) => web?.patience ?? 0))
  const watch = watchTrouble({ ...request, search })
  for (;;) {
    const pod = await podOf(running)
    const waited = clock.monotonic() - began
    if (pod?.isRunning === true || (pod?.ended !== undefined && !/StartError|ContainerCannotRun/.test(pod.ended.reason))) return pod
    const trouble = pod === undefined ? undefined : await watch.look([pod])
    if (trouble !== undefined) throw await troubleFailure(request, trouble)
    if (pod === undefined && waited > 5_000) {
      const refused = (await eventsOf(cluster, input.namespace, name, context.appName)).findLast(({ reason }) => reason === 'FailedCreate')
      if (refused !== undefined && !/serviceaccount/i.test(refused.message))
        throw notCreated(context.appName, 'a command', refused.message, input.namespace)
    }
    if (waited > longestStart * 1000)
      throw pod === undefined
        ? notCreated(context.appName, 'a command', 'no reason given', input.namespace)
        : await troubleFailure(request, { kind: 'pending', pod, said: pod.waiting?.reason ?? pod.phase })
    await clock.sleep(150, signal)
  }
}

async function followed(running: Running, pod: Pod): Promise<number> {
  const { context, cluster, input } = running
  const { clock, signal, log } = context
  await readPodLog(cluster, {
    app: context.appName,
    namespace: input.namespace,
    pod: pod.name,
    follow: true,
    signal,
    onLine: (line) => log.output(line, 'stdout'),
  })
  for (;;) {
    signal.throwIfAborted()
    const now = await podOf(running)
    if (now === undefined)
      throw hop3Error('deploy.kubernetes.pod', `The pod ${visible(pod.name)} has gone before its command ended.`, {
        hint: 'Run the command again.',
      })
    if (now.ended?.reason === 'OOMKilled') log.warn('The command was ended for using more memory than it may.')
    if (now.ended !== undefined) return now.ended.exitCode
    if (now.phase === 'Failed')
      throw await troubleFailure(
        { context, cluster, namespace: input.namespace, patience: 0 },
        { kind: 'evicted', pod: now, said: now.message },
      )
    await clock.sleep(100, signal)
  }
}

/** The terminal is kubectl's: raw mode and window size are its business. */
async function inTerminal({ context, input, cluster }: Running, pod: Pod, command: string): Promise<number> {
  const file = programOnPath('kubectl', context.env['PATH'])
  if (file === undefined)
    throw hop3Error('environment.kubectl', 'A command with a terminal is run by kubectl, which is not on PATH.', {
      hint: 'Install it (https://kubernetes.io/docs/tasks/tools/), or run the command with --json, without a terminal.',
    })
  const isTerminal = isatty(0) && isatty(1)
  const { exitCode } = await context.run({
    file,
    args: [
      '--context',
      cluster.context,
      '--namespace',
      input.namespace,
      'exec',
      isTerminal ? '-it' : '-i',
      '--quiet',
      pod.name,
      '--',
      '/bin/sh',
      '-c',
      command,
    ],
    cwd: context.directories.home,
    env: context.env,
    stdio: 'inherit',
    signal: context.signal,
  })
  return exitCode ?? 1
}
