/** Why a roll-out came to nothing: each way told apart, with its evidence and the last lines of the worker. */
import { hop3Error, printable, type DeploymentContext, type Hop3Error } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { eventsOf } from './events.ts'
import {
  createFailure,
  createProblem,
  isForOtherProcessors,
  pullFailure,
  pullProblem,
  wrongProcessors,
  type Subject,
} from './image-failure.ts'
import { kubernetesOptions } from './kubernetes-options.ts'
import type { Pod } from './pods.ts'
import { lastLines } from './pod-logs.ts'
import { unschedulable } from './unschedulable.ts'

export interface FailureRequest {
  readonly context: Pick<DeploymentContext, 'appName' | 'release' | 'config'>
  readonly cluster: Cluster
  readonly namespace: string
  /** Seconds a pod may take to become ready. */
  readonly patience: number
}

/** What a pod shows that keeps it from coming up. */
export type Trouble = {
  readonly kind: 'pull' | 'create' | 'ended' | 'memory' | 'evicted' | 'unscheduled' | 'unready' | 'pending'
  readonly pod: Pod
  readonly said: string
  /** The node tries again, and nothing says that it will be in vain. Absent: it is final. */
  readonly mayPass?: boolean
}

/** Undefined for a pod that is well. Unscheduled and unready pods are for whoever knows how long it has been so. */
export function troubleOf(pod: Pod): Trouble | undefined {
  const { waiting, ended, phase, reason, message } = pod
  if (pod.isEnding) return undefined
  // Its container may have ended of it, too: only of a whole pod the cluster gives a reason.
  if (phase === 'Failed' && (ended === undefined || reason !== '')) return { kind: 'evicted', pod, said: message || reason }
  const said = waiting?.message || waiting?.reason || ''
  if (waiting !== undefined && pulling.test(waiting.reason)) return { kind: 'pull', pod, said, mayPass: !pullProblem(said) }
  if (waiting !== undefined && /^(InvalidImageName|ErrImageNeverPull)$/.test(waiting.reason)) return { kind: 'pull', pod, said }
  if (waiting !== undefined && /^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/.test(waiting.reason))
    return { kind: 'create', pod, said, mayPass: !createProblem(said) }
  if (ended === undefined) return undefined
  if (ended.reason === 'OOMKilled') return { kind: 'memory', pod, said: '' }
  // The container never ran. A pod that has failed as a whole is not started again.
  if (/^(StartError|ContainerCannotRun)$/.test(ended.reason))
    return { kind: 'create', pod, said: ended.message, mayPass: phase !== 'Failed' && !createProblem(ended.message) }
  return { kind: 'ended', pod, said: '' }
}

const pulling = /^(ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/

export async function troubleFailure(request: FailureRequest, trouble: Trouble): Promise<Hop3Error> {
  const { context } = request
  const { pod, said, kind } = trouble
  const subject = subjectOf(context.release.id, pod)
  const { name, begins, details } = subject
  if (kind === 'pull') return pullFailure(subject, said, kubernetesOptions(context.config).pullSecret !== false)
  if (kind === 'unscheduled') {
    const { hint, resources, taints } = unschedulable(printable(said))
    return hop3Error('deploy.kubernetes.unschedulable', `No node takes ${name}: ${printable(said)}.`, {
      hint,
      details: { ...details, resources, taints },
    })
  }
  if (kind === 'create') return createFailure(subject, said)
  if (kind === 'evicted' || kind === 'pending') {
    const why = (kind === 'pending' ? await volumeTrouble(request, pod) : '') || said
    return hop3Error(
      'deploy.kubernetes.pod',
      `${begins} ${kind === 'evicted' ? 'was taken away' : 'did not start'}: ${printable(why) || 'no reason given'}.`,
      {
        hint: `See what the cluster says of it: kubectl describe pod ${pod.name} --namespace ${request.namespace}`,
        details,
      },
    )
  }
  const { cluster, namespace } = request
  const lines = await lastLines(cluster, { app: context.appName, namespace, pod: pod.name, isBefore: pod.ended?.isBefore === true })
  const told = lines.length === 0 ? 'It has printed nothing.' : `Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`
  if (kind === 'memory')
    return hop3Error('health.memory', `${begins} was ended for using more memory than it may.\n${told}`, {
      hint: 'Allow more: memory = "1g" under [deploy.kubernetes], or memory-limit of its [[component]] in hop3.toml.',
      details,
    })
  if (kind === 'ended' && isForOtherProcessors(lines)) return wrongProcessors(subject, lines.at(-1) ?? '')
  if (kind === 'ended')
    return hop3Error('health.exited', `${begins} ended with exit code ${pod.ended?.exitCode ?? 'none'} while it was starting.\n${told}`, {
      hint: 'Mend what its last lines show, then deploy again.',
      details: { ...details, exitCode: pod.ended?.exitCode ?? null, lines },
    })
  const answer = await probeAnswer(request, pod)
  return hop3Error(
    answer.includes('statuscode') ? 'health.status' : 'health.timeout',
    `${begins} was not ready within ${request.patience} s: ${answer === '' ? 'its probe has said nothing' : printable(answer)}.\n${told}`,
    {
      hint: 'Let it listen on $PORT at 0.0.0.0 and answer its health check with 200 to 399; if it needs longer to start, raise start-timeout under [run] in hop3.toml.',
      details: { ...details, answer, lines },
    },
  )
}

/** A command, before a release or of `hop3 exec`, is no worker of the app: nobody knows it by the name that its pod has. */
function subjectOf(release: string, pod: Pod): Subject {
  const isCommand = pod.isOneOff && !pod.isCronRun
  const where = `of ${release} (pod ${pod.name}${pod.node === '' ? '' : ` on node ${printable(pod.node)}`})`
  const details = { worker: pod.worker, pod: pod.name, release }
  const [name, begins] = isCommand ? ['a command', 'A command'] : [pod.worker, pod.worker]
  return { name: `${name} ${where}`, begins: `${begins} ${where}`, details }
}

/** Of a worker that there is not even a pod of. */
export function notCreated(app: string, worker: string, said: string, namespace: string): Error {
  const isQuota = said.includes('exceeded quota')
  return hop3Error(
    isQuota ? 'deploy.kubernetes.quota' : 'deploy.kubernetes.admission',
    `The cluster makes no pod for ${worker} of ${app}: ${printable(said)}.`,
    {
      hint: isQuota
        ? `Ask for less (memory, cpus, scale in hop3.toml), or have the quota raised: kubectl describe quota --namespace ${namespace}`
        : 'Mend what the message names, or ask who runs the cluster for an exception.',
      details: { worker },
    },
  )
}

/** What Kubernetes' events say of a pod's probe, the newest. */
async function probeAnswer({ cluster, namespace, context }: FailureRequest, { name }: Pod): Promise<string> {
  const events = await eventsOf(cluster, namespace, name, context.appName).catch(() => [])
  return events.findLast(({ reason }) => reason === 'Unhealthy')?.message ?? ''
}

/** What keeps the volumes of a pod from it, as the newest event has it; empty where there is none such. */
export async function volumeTrouble({ cluster, namespace, context }: FailureRequest, { name }: Pod): Promise<string> {
  const events = await eventsOf(cluster, namespace, name, context.appName).catch(() => [])
  return events.findLast(({ reason }) => /^Failed(AttachVolume|Mount)$/.test(reason))?.message ?? ''
}
