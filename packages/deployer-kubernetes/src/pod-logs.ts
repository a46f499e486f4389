/** What a pod has printed. */
import { printable } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { collectionPath, kinds } from './objects/kinds.ts'
import { containerName } from './objects/pod.ts'

export interface PodLogRequest {
  readonly namespace: string
  readonly pod: string
  /** Lines from the end; all of them where absent. */
  readonly tail?: number
  readonly follow?: boolean
  /** Of the container that ended before it was started again. */
  readonly isBefore?: boolean
  readonly signal?: AbortSignal
  readonly onLine: (line: string) => void
}

/** Resolves when there is no more; nothing where there is no such log. */
export async function readPodLog(cluster: Cluster, request: PodLogRequest): Promise<void> {
  const { namespace, pod, tail, follow = false, isBefore = false, signal, onLine } = request
  const query = new URLSearchParams({
    container: containerName,
    ...(tail === undefined ? {} : { tailLines: String(tail) }),
    ...(follow ? { follow: 'true' } : {}),
    ...(isBefore ? { previous: 'true' } : {}),
  })
  const decoder = new TextDecoder()
  let rest = ''
  const path = `${collectionPath(kinds.pod, namespace)}/${pod}/log?${query.toString()}`
  const take = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
  try {
    await cluster.stream({ method: 'GET', path, signal, ...(follow ? {} : { patience: 10_000 }) }, (chunk) =>
      take(decoder.decode(chunk, { stream: true })),
    )
  } finally {
    rest += decoder.decode()
    if (rest !== '') onLine(rest)
  }
}

const mostLines = 20

/** The last lines that are not empty, for an error. */
export async function lastLines(cluster: Cluster, namespace: string, pod: string, isBefore: boolean): Promise<readonly string[]> {
  const lines: string[] = []
  const request = { namespace, pod, tail: mostLines * 2, isBefore, onLine: (line: string) => void lines.push(line) }
  await readPodLog(cluster, { ...request, signal: AbortSignal.timeout(5_000) }).catch(() => {})
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-mostLines)
    .map(printable)
}
