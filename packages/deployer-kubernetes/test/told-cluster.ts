/** A cluster that says what a test has it say, on a clock that does not wait: for what takes minutes, and for nodes that the cluster of the tests has not. */
import type { Clock } from '@hop3/core'
import type { Cluster } from '../src/client/cluster.ts'

export interface Told {
  readonly cluster: Cluster
  readonly clock: Clock
  /** Since it was made. */
  readonly seconds: () => number
}

/** `list` is asked for the objects of a kind, `pods`, and with what selector. Whatever is no list it refuses. */
export function toldCluster(list: (kind: string, seconds: number, query: string) => readonly object[]): Told {
  let now = 0
  const seconds = (): number => now / 1000
  const refuse = (): Promise<never> => Promise.reject(new Error('It was asked for something that is no list.'))
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
      async expect({ method, path }) {
        const found = /^\/apis?\/.*\/namespaces\/hop3-shop\/(\w+)\?(.*)$/.exec(path)
        return found === null || method !== 'GET'
          ? refuse()
          : { items: list(found[1] ?? '', seconds(), decodeURIComponent(found[2] ?? '')) }
      },
      close: () => undefined,
    },
  }
}
