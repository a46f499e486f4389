/** Follows the pod of one command to its end, through whatever comes between here and the cluster meanwhile. */
import { hop3Error, isHop3Error, visible, type DeploymentContext, type Hop3Error } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import type { Where } from './own-objects.ts'
import { readPodLog } from './pod-logs.ts'
import { listPods, type Pod } from './pods.ts'
import { resumedLines, type ResumedLines } from './resumed-lines.ts'
import { troubleFailure } from './roll-out-failure.ts'

export interface CommandRun {
  readonly context: Pick<DeploymentContext, 'appName' | 'release' | 'config' | 'clock' | 'signal' | 'log'>
  readonly cluster: Cluster
  readonly where: Where
  /** Of the Job. */
  readonly name: string
}

export const podOf = async ({ cluster, where, name }: CommandRun): Promise<Pod | undefined> =>
  (await listPods(cluster, where, `,batch.kubernetes.io/job-name=${name}`))[0]

/** Milliseconds in which the log of a command that has ended can be read, or is given up. */
const longestReading = 10_000
/** Milliseconds in which the cluster has to be there again: a broken stream may be the first sign of it only after ten of these seconds. */
const longestAbsence = 30_000

/**
 * Hands what it prints to the log, each line once, and resolves to its exit code. A stream that breaks off is no end of the command: as long as
 * the cluster can be asked for the pod, the next one goes on from there. Throws `deploy.kubernetes.*` where the pod goes away, or where its log
 * may not be read; and what asking for the pod does.
 */
export async function followCommand(run: CommandRun, first: Pod): Promise<number> {
  const { clock, signal, log } = run.context
  const lines = resumedLines((line) => log.output(line, 'stdout'))
  let endedAt = Infinity
  for (let [pod, isFirst] = [first, true]; ; isFirst = false) {
    if (pod.ended !== undefined) endedAt = Math.min(endedAt, clock.monotonic())
    const failure = await readOn(run, pod, lines)
    const brokenAt = clock.monotonic()
    if (failure !== undefined && isFirst && failure.class !== 'retry') throw failure
    // A stream that began after the end of the command has all of it: an earlier one may have ended for another reason.
    if (pod.ended !== undefined && (failure === undefined || brokenAt - endedAt > longestReading)) {
      if (failure !== undefined) log.warn(`The last lines of the command may be missing: ${failure.message}`)
      return exitCodeOf(run, pod.ended)
    }
    await clock.sleep(failure === undefined ? 100 : 500, signal)
    pod = await present(run, pod.name, brokenAt)
  }
}

/** The rest of what it prints, as far as it comes. Resolves to why it broke off. */
async function readOn({ context, cluster, where }: CommandRun, pod: Pod, lines: ResumedLines): Promise<Hop3Error | undefined> {
  const { app, namespace } = where
  lines.resume()
  try {
    await readPodLog(cluster, {
      app,
      namespace,
      pod: pod.name,
      follow: true,
      isStamped: true,
      sinceTime: lines.since(),
      signal: context.signal,
      onLine: (line) => lines.take(line),
    })
    return undefined
  } catch (error) {
    if (isHop3Error(error)) return error
    throw error
  }
}

/** Of now. Throws where it is not, or where the cluster has taken it away from its node. */
async function present(run: CommandRun, name: string, since: number): Promise<Pod> {
  const { context, cluster, where } = run
  const pod = await patiently(run, since)
  if (pod === undefined) throw takenAway(name)
  if (pod.ended === undefined && pod.phase === 'Failed')
    throw await troubleFailure({ context, cluster, namespace: where.namespace, patience: 0 }, { kind: 'evicted', pod, said: pod.message })
  return pod
}

export function takenAway(name: string): Error {
  return hop3Error('deploy.kubernetes.pod', `The pod ${visible(name)} has gone before its command ended.`, {
    hint: 'Run the command again.',
  })
}

async function patiently(run: CommandRun, since: number): Promise<Pod | undefined> {
  const { clock, signal } = run.context
  for (;;) {
    try {
      return await podOf(run)
    } catch (error) {
      const mayPass = isHop3Error(error) && error.class === 'retry' && clock.monotonic() - since < longestAbsence
      if (!mayPass) throw error
      await clock.sleep(500, signal)
    }
  }
}

function exitCodeOf({ context }: CommandRun, { reason, exitCode }: NonNullable<Pod['ended']>): number {
  if (reason === 'OOMKilled') context.log.warn('The command was ended for using more memory than it may.')
  return exitCode
}
