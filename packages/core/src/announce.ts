import type { Host } from './host.ts'

/** Brackets a step of the pipeline with `begin` and `end` events, as builders do with their phases. */
export async function announce<T>(host: Pick<Host, 'log' | 'clock'>, phase: string, work: () => Promise<T>): Promise<T> {
  const log = host.log.child({ phase })
  const began = host.clock.monotonic()
  const milliseconds = (): number => Math.round(host.clock.monotonic() - began)
  log.info(phase, { kind: 'begin' })
  try {
    const result = await work()
    log.info(phase, { kind: 'end', milliseconds: milliseconds() })
    return result
  } catch (error) {
    log.error(phase, { kind: 'end', milliseconds: milliseconds(), outcome: 'failed' })
    throw error
  }
}
