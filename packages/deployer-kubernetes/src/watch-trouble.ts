/** Tells the trouble of pods that stays from what passes by itself: each kind has a time to pass in. */
import { printable, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { eventsOf } from './events.ts'
import type { Pod } from './pods.ts'
import { troubleOf, type Trouble } from './roll-out-failure.ts'

export interface TroubleRequest {
  readonly context: Pick<DeploymentContext, 'appName' | 'clock' | 'log'>
  readonly cluster: Cluster
  readonly namespace: string
  /** Seconds one pod may take to become ready. */
  readonly patience: number
  /** Seconds a node may take to be found where nobody says whether one is coming; default: `patience`. */
  readonly search?: number
}

export interface TroubleWatch {
  /** What does not pass by itself, of pods as they are by now. */
  look(pods: readonly Pod[]): Promise<Trouble | undefined>
  /** Whether the cluster has said that it makes a node for one of them. */
  isNodeComing(): boolean
}

/** Milliseconds a node may take for what it tries again: twice, ten and twenty seconds later, or once where each try runs into a time limit. */
const longestRetry = 45_000
/** Milliseconds until a pod without a node is asked about, and refused where none is coming. */
const shortestSearch = 30_000
/** Milliseconds between two questions about it. */
const askEvery = 5_000

export function watchTrouble(request: TroubleRequest): TroubleWatch {
  const { context, patience, search = patience } = request
  const since = new Map<string, number>()
  const restarts = new Map<string, number>()
  const refusals = new Map<string, string>()
  const news = newsOfNodes(request)
  const lasts = (key: string, milliseconds: number): boolean => {
    const now = context.clock.monotonic()
    const first = since.get(key) ?? now
    since.set(key, first)
    return now - first >= milliseconds
  }
  const isStuck = async ({ name }: Pod): Promise<boolean> => {
    if (!lasts(`node ${name}`, Math.min(shortestSearch, search * 1000))) return false
    const said = await news.of(name)
    return said === 'refused' || (said === undefined && lasts(`node ${name}`, search * 1000))
  }
  const judge = async (pod: Pod): Promise<Trouble | undefined> => {
    const before = restarts.get(pod.name) ?? pod.restarts
    restarts.set(pod.name, before)
    if (pod.isEnding || pod.isReady) return undefined
    const trouble = troubleOf(pod.restarts > before ? pod : withoutOldEnd(pod))
    if (trouble !== undefined) {
      // The first refusal says why; those after it may say only that it is waited for.
      if (pod.waiting?.reason !== 'ImagePullBackOff') refusals.set(pod.name, trouble.said)
      if (trouble.mayPass !== true) return trouble
      return lasts(`${trouble.kind} ${pod.name}`, longestRetry) ? { ...trouble, said: refusals.get(pod.name) ?? trouble.said } : undefined
    }
    if (pod.unscheduled !== undefined && (await isStuck(pod))) return { kind: 'unscheduled', pod, said: pod.unscheduled }
    if (pod.isRunning && lasts(`ready ${pod.name}`, patience * 1000)) return { kind: 'unready', pod, said: '' }
    return undefined
  }
  return {
    async look(pods) {
      for (const pod of pods) {
        const trouble = await judge(pod)
        if (trouble !== undefined) return trouble
      }
      return undefined
    },
    isNodeComing: news.isComing,
  }
}

/** An end that was before all this may be of last week. What is waited for after it is of now. */
const withoutOldEnd = (pod: Pod): Pod =>
  pod.ended?.isBefore === true && pod.waiting?.reason !== 'CrashLoopBackOff' ? { ...pod, ended: undefined } : pod

/** Of the autoscaler of clusters, and of Karpenter. */
const coming = /^(TriggeredScaleUp|Nominated)$/
const refused = /^NotTriggerScaleUp$/

type News = 'coming' | 'refused' | undefined

/** What the events of a pod say of a node for it. Two autoscalers may be there: one that makes a node is enough. */
function newsOfNodes({ context: { appName, clock, log }, cluster, namespace }: TroubleRequest) {
  const known = new Map<string, { readonly at: number; readonly news: News }>()
  const read = async (pod: string): Promise<News> => {
    const events = await eventsOf(cluster, namespace, pod, appName).catch(() => [])
    const made = events.findLast(({ reason }) => coming.test(reason))
    if (made === undefined) return events.some(({ reason }) => refused.test(reason)) ? 'refused' : undefined
    if (known.get(pod)?.news !== 'coming') log.info(`No node has room for ${pod}, and the cluster makes one: ${printable(made.message)}.`)
    return 'coming'
  }
  return {
    async of(pod: string): Promise<News> {
      const now = clock.monotonic()
      const last = known.get(pod)
      if (last !== undefined && now - last.at < askEvery) return last.news
      const news = await read(pod)
      known.set(pod, { at: now, news })
      return news
    },
    isComing: (): boolean => [...known.values()].some(({ news }) => news === 'coming'),
  }
}
