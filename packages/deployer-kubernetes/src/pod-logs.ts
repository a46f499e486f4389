/** What a pod has printed. */
import { printable } from '@hop3/core'
import { splitLines } from '@hop3/core/processes'
import type { Cluster } from './client/cluster.ts'
import { collectionPath, kinds } from './objects/kinds.ts'
import { containerName } from './objects/pod.ts'

export interface PodLogRequest {
  readonly app: string
  readonly namespace: string
  readonly pod: string
  /** Lines from the end; all of them where absent. */
  readonly tail?: number
  /** Only what was printed since, RFC 3339, to the second. */
  readonly sinceTime?: string | undefined
  /** Each line behind the time it was printed at. Of a stream that breaks off, whole lines alone: the rest comes with the next one. */
  readonly isStamped?: boolean
  readonly follow?: boolean
  /** Of the container that ended before it was started again. */
  readonly isBefore?: boolean
  readonly signal?: AbortSignal
  readonly onLine: (line: string) => void
}

/** Resolves when there is no more; nothing where there is no such pod. Throws what `Cluster.stream` does. */
export async function readPodLog(cluster: Cluster, request: PodLogRequest): Promise<void> {
  const { app, namespace, pod, tail, sinceTime, isStamped = false, follow = false, isBefore = false, signal, onLine } = request
  const query = new URLSearchParams({
    container: containerName,
    ...(tail === undefined ? {} : { tailLines: String(tail) }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(isStamped ? { timestamps: 'true' } : {}),
    ...(follow ? { follow: 'true' } : {}),
    ...(isBefore ? { previous: 'true' } : {}),
  })
  const question = {
    method: 'GET' as const,
    path: `${collectionPath(kinds.pod, namespace)}/${pod}/log?${query.toString()}`,
    signal,
    ...(follow ? {} : { patience: 10_000 }),
  }
  const lines = splitLines(onLine)
  let isWhole = !isStamped
  try {
    await cluster.stream(question, (chunk) => lines.push(chunk), { what: `Cannot read what ${pod} of ${app} prints`, app })
    isWhole = true
  } finally {
    if (isWhole) lines.end()
  }
}

const mostLines = 20

/** The last lines that are not empty, for an error; none where they cannot be read. */
export async function lastLines(
  cluster: Cluster,
  of: Pick<PodLogRequest, 'app' | 'namespace' | 'pod' | 'isBefore'>,
): Promise<readonly string[]> {
  const lines: string[] = []
  const request = { ...of, tail: mostLines * 2, onLine: (line: string) => void lines.push(line), signal: AbortSignal.timeout(5_000) }
  await readPodLog(cluster, request).catch(() => {})
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-mostLines)
    .map(printable)
}
