/** What one pod prints, through streams that end or break off and containers that are started again: every line once. */
import type { PodLogRequest } from './pod-logs.ts'
import type { Pod } from './pods.ts'
import { resumedLines } from './resumed-lines.ts'

export interface FollowedPod {
  /** Whether the pod, as it is now, may have printed more than was read. */
  mayHaveMore(pod: Pod): boolean
  /** One stream to its end. Throws what `read` does. */
  readOn(pod: Pod): Promise<void>
}

type Read = (from: Pick<PodLogRequest, 'tail' | 'sinceTime' | 'isBefore' | 'isStamped' | 'onLine'>) => Promise<void>

/** `tail`: with how many of its last lines it begins; all of them where absent. One stream at a time. */
export function followedPod(read: Read, onLine: (line: string) => void, tail?: number): FollowedPod {
  const lines = resumedLines(onLine)
  let from = tail
  /** The container that was read last: how often there had been another before it. */
  let container: number | undefined
  let isComplete = false
  const readContainer = async (isBefore: boolean): Promise<void> => {
    lines.resume()
    const sinceTime = lines.since()
    const start = sinceTime === undefined ? { ...(from !== undefined && { tail: from }) } : { sinceTime }
    await read({ ...start, isBefore, isStamped: true, onLine: (line) => lines.take(line) })
  }
  return {
    mayHaveMore: ({ isRunning, restarts }) => isRunning || !isComplete || restarts !== container,
    async readOn({ isRunning, restarts }) {
      // The cluster keeps the rest of what ended meanwhile for as long as it likes: where it has none any more, there is none.
      if (container !== undefined && container < restarts && !isComplete) await readContainer(true).catch(() => {})
      container = restarts
      isComplete = false
      await readContainer(false)
      // A stream that began after the end has all of it: an earlier one may have ended for another reason.
      isComplete = !isRunning
      // There was nothing: whatever comes is new.
      if (from !== 0) from = undefined
    },
  }
}
