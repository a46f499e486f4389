import type { ProxyContext } from './proxy.ts'

/** For a whole proof, however often something else answers; and between two questions, which would else keep both sides busy. */
const patience = { proof: 10_000, pause: 20 }

/**
 * Asks until an answer is final, or there is no more time: then it is the last one. `ask` gets the milliseconds that are left. Throws what it
 * throws, and the signal's reason.
 */
export async function askUntil<T>(
  { clock, signal }: Pick<ProxyContext, 'clock' | 'signal'>,
  ask: (left: number) => Promise<T>,
  isFinal: (answer: T) => boolean,
): Promise<T> {
  const end = clock.monotonic() + patience.proof
  for (;;) {
    const answer = await ask(Math.max(1, end - clock.monotonic()))
    if (isFinal(answer) || clock.monotonic() > end) return answer
    await clock.sleep(patience.pause, signal)
  }
}
