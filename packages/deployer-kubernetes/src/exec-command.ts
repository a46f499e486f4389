/** One command in a pod of its own, of the release's image, with a worker's environment and volumes. */
import { randomBytes } from 'node:crypto'
import { hop3Error, programOnPath, type BuildArtifact, type DeploymentContext, type ExecOptions } from '@hop3/core'
import { isatty } from 'node:tty'
import { apply } from './apply.ts'
import { applyRelease } from './apply-release.ts'
import { withCluster, type Cluster } from './client/cluster.ts'
import { shellCommand } from './command-argv.ts'
import { whereOf } from './roll-out.ts'
import { ownEnvironment } from './environment.ts'
import { eventsOf } from './events.ts'
import { followCommand, podOf, takenAway, type CommandRun } from './follow-command.ts'
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import { commandJob } from './objects/job.ts'
import { kinds } from './objects/kinds.ts'
import { commandName, label } from './objects/names.ts'
import { endLeftOneOffs, starterMark } from './one-offs.ts'
import { labelOf, listOwn, nameOf, removeOwn, type Where } from './own-objects.ts'
import { keepPlace, readPlace, wishOf } from './place.ts'
import type { Pod } from './pods.ts'
import { checkWelcome, prepare, type Prepared } from './prepare.ts'
import { notCreated, troubleFailure } from './roll-out-failure.ts'
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
  const known = await readPlace(context)
  return withCluster(context, wishOf(context, known), async (cluster) => {
    const prepared = await prepare(context, artifact, cluster, { known })
    await checkMayBegin(context, cluster, prepared)
    const where = whereOf(prepared.input)
    // Nobody is kept from starting or stopping it meanwhile: where it runs is what its deploy says.
    const now = await readPlace(context)
    // An app that is stopped stays so: it may go elsewhere, and its name is anybody's again.
    const isEmpty = now?.isEmpty === true
    if (now === undefined || isEmpty) await keepPlace(context, { ...prepared.place, ...(isEmpty && { isEmpty, hasCommands: true }) })
    try {
      return await runIn({ context, artifact, cluster, where, prepared }, command, stdio === 'inherit')
    } finally {
      await leaveEmpty(context, cluster, where)
    }
  })
}

interface Ground {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly cluster: Cluster
  readonly where: Where
  readonly prepared: Prepared
}

/** What keeps a release from the cluster keeps the commands before it, too. */
async function checkMayBegin(context: DeploymentContext, cluster: Cluster, prepared: Prepared): Promise<void> {
  if (!prepared.before.some((one) => labelOf(one, label.release) === context.release.id)) await checkWelcome(cluster, prepared)
}

async function runIn({ context, artifact, cluster, where, prepared }: Ground, command: string, isHeld: boolean): Promise<number> {
  const { input, objects } = prepared
  await applyRelease(
    context,
    cluster,
    input,
    objects.filter(({ kind }) => needed.has(kind)),
  )
  await endLeftOneOffs(context, cluster, where)
  const worker = execWorker(context, artifact, input, isHeld ? holding : command)
  const name = commandName(context.appName, randomBytes(4).toString('hex'))
  await apply(cluster, commandJob(input, worker, { name, starter: await starterMark() }), { app: context.appName, isForced: false })
  const search = Math.max(30, ...input.workers.map(({ web }) => web?.patience ?? 0))
  const running = { context, cluster, where, name, search }
  try {
    const pod = await untilStarted(running)
    return await (isHeld ? inTerminal(running, pod, command) : followCommand(running, pod))
  } finally {
    await removeOwn(cluster, kinds.job, where, name)
  }
}

/** What every pod of the release needs. */
const needed: ReadonlySet<string> = new Set([kinds.namespace.kind, kinds.secret.kind, kinds.claim.kind])

/** An app that is or was stopped meanwhile is left as `hop3 stop` leaves it, unless another command runs there yet: its name is anybody's again. */
async function leaveEmpty(context: DeploymentContext, cluster: Cluster, where: Where): Promise<void> {
  if ((await readPlace(context))?.isEmpty !== true) return
  if ((await listOwn(cluster, kinds.job, where, `,${label.oneOff}`)).length > 0) return
  for (const secret of await listOwn(cluster, kinds.secret, where)) await removeOwn(cluster, kinds.secret, where, nameOf(secret))
  const left = await readPlace(context)
  if (left?.isEmpty === true && left.hasCommands === true) await keepPlace(context, { ...left, hasCommands: false })
}

/** Keeps the pod there for as long as somebody types. */
const holding = 'trap "exit 0" TERM; while :; do sleep 1; done'

function execWorker(context: DeploymentContext, artifact: BuildArtifact, input: AppInput, command: string): WorkerInput {
  const worker = 'exec'
  return {
    worker,
    kind: 'worker',
    argv: shellCommand(command, worker, context.appName),
    replicas: 1,
    environment: ownEnvironment({ context, artifact, worker }),
    limits: input.options.limits,
  }
}

interface Running extends CommandRun {
  readonly context: DeploymentContext
  /** Seconds a node with room may be looked for. */
  readonly search: number
}

/** Seconds an image may take to be fetched, and a node to be found. */
const longestStart = 300

async function untilStarted(running: Running): Promise<Pod> {
  const { context, cluster, where, name, search } = running
  const { clock, signal } = context
  const began = clock.monotonic()
  const request = { context, cluster, namespace: where.namespace, patience: longestStart }
  const watch = watchTrouble({ ...request, search })
  for (;;) {
    const pod = await podOf(running)
    const waited = clock.monotonic() - began
    if (pod?.isRunning === true || (pod?.ended !== undefined && !/StartError|ContainerCannotRun/.test(pod.ended.reason))) return pod
    const trouble = pod === undefined ? undefined : await watch.look([pod])
    if (trouble !== undefined) throw await troubleFailure(request, trouble)
    if (pod === undefined && waited > 5_000) {
      // Somebody may have stopped the app, or tidied up.
      const jobs = await listOwn(cluster, kinds.job, where, `,${label.oneOff}`)
      if (!jobs.some((one) => nameOf(one) === name)) throw takenAway(name)
      const refused = (await eventsOf(cluster, where.namespace, name, context.appName)).findLast(({ reason }) => reason === 'FailedCreate')
      if (refused !== undefined && !/serviceaccount/i.test(refused.message))
        throw notCreated(context.appName, 'a command', refused.message, where.namespace)
    }
    if (waited > longestStart * 1000)
      throw pod === undefined
        ? notCreated(context.appName, 'a command', 'no reason given', where.namespace)
        : await troubleFailure(request, { kind: 'pending', pod, said: pod.waiting?.reason ?? pod.phase })
    await clock.sleep(150, signal)
  }
}

/** The terminal is kubectl's: raw mode and window size are its business. */
async function inTerminal({ context, where, cluster }: Running, pod: Pod, command: string): Promise<number> {
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
      where.namespace,
      'exec',
      isTerminal ? '-it' : '-i',
      '--quiet',
      pod.name,
      '--',
      '/bin/sh',
      '-c',
      command,
    ],
    // The current directory: paths of $KUBECONFIG and of a plugin's variables are relative to it.
    cwd: '.',
    env: { ...context.env, ...context.loginEnv },
    stdio: 'inherit',
    signal: context.signal,
  })
  return exitCode ?? 1
}
