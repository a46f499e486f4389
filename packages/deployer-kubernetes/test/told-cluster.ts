/**
 * A cluster that says what a test has it say, on a clock that does not wait: for what takes minutes, for nodes that the cluster of the tests has
 * not, and for what somebody does at one instant.
 */
import type { Clock } from '@hop3/core'
import type { Cluster } from '../src/client/cluster.ts'
import { isKubernetesObject } from '../src/documents.ts'
import type { KubernetesObject } from '../src/objects/kinds.ts'

export interface Told {
  readonly cluster: Cluster
  readonly clock: Clock
  /** Since it was made. */
  readonly seconds: () => number
}

/** What an API server does with an object that is applied: it throws what it refuses it for. */
type Apply = (object: KubernetesObject, how: { readonly isForced: boolean; readonly isDryRun: boolean }) => unknown

/** `list` is asked for the objects of a kind, `pods`, by the second. Whatever is neither a list nor applied is refused. */
export function toldCluster(list: (kind: string, seconds: number) => readonly object[], apply?: Apply): Told {
  let now = 0
  const seconds = (): number => now / 1000
  const refuse = (): Promise<never> => Promise.reject(new Error('It was asked for something nobody has told it.'))
  return {
    seconds,
    clock: {
      now: () => new Date(now),
      monotonic: () => now,
      sleep: async (milliseconds) => void (now += milliseconds),
    },
    cluster: {
      context: 'default',
      contextNamespace: undefined,
      server: 'https://127.0.0.1/',
      ask: refuse,
      stream: refuse,
      async expect({ method, path, body }) {
        if (method === 'PATCH' && isKubernetesObject(body) && apply !== undefined)
          return apply(body, { isForced: path.includes('force=true'), isDryRun: path.includes('dryRun=All') })
        const found = /^\/apis?\/.*\/namespaces\/hop3-shop\/(\w+)\?/.exec(path)
        return found === null || method !== 'GET' ? refuse() : { items: list(found[1] ?? '', seconds()) }
      },
      close: () => undefined,
    },
  }
}
