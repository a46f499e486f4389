import type { DeploymentContext } from '@hop3/core'

/** Milliseconds between two looks. */
const pause = 500

/**
 * Does `work` while `keep` is called again and again. A `keep` that fails aborts the work's signal, and its error is the one thrown: what the
 * work ran into then only follows from it. Resolves and rejects when both have ended.
 */
export async function besideKeeper<T>(
  { clock, signal }: Pick<DeploymentContext, 'clock' | 'signal'>,
  keep: () => Promise<void>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [done, gate] = [new AbortController(), new AbortController()]
  const keeping = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await clock.sleep(pause, done.signal).catch(() => {})
      if (!done.signal.aborted) await keep()
    }
  }
  // Caught here and not where it is waited for: the work may take long, and a rejection nobody has seen until then ends the process.
  const keeper = keeping().catch((error: unknown) => gate.abort(error))
  const [outcome] = await Promise.allSettled([work(AbortSignal.any([signal, gate.signal]))])
  done.abort()
  await keeper
  gate.signal.throwIfAborted()
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
