/** What may serve after a command that did not come to its end, and whose instances stay whatever happens. */
import type { Converging } from './converge.ts'
import { isHop3Error, type Hop3Error } from './errors.ts'
import type { JournalRecord } from './home.ts'
import { targetFor, type Target } from './target.ts'

export interface Candidates {
  /** The better first. Empty when nothing had been started, or when nothing served before and the new was never healthy. */
  readonly targets: readonly Target[]
  /**
   * Whose instances stay when none of `targets` can serve. `unreadable`: those of a release whose artifact is damaged, so that nothing can be
   * told from them. Undefined: nobody's, because nothing served before.
   */
  readonly stays: Target | 'unreadable' | undefined
}

const nobody: Candidates = { targets: [], stays: undefined }

/** A release whose artifact is missing or damaged is none, which is said. */
export async function candidates(converging: Converging, records: readonly JournalRecord[]): Promise<Candidates> {
  const { appHome, state } = converging
  const steps = new Set(records.map((one) => one.step))
  const started = records.findLast((one) => one.step === 'start')
  if (started?.release === undefined) return nobody
  const { generation = state.generation, scale = state.scale } = started
  const otherDeployers = deployersOf(records)
  const readable = async (id: string, wanted: Pick<Target, 'generation' | 'scale'>): Promise<readonly Target[]> => {
    const target = await readableTarget(converging, id, wanted)
    return target === undefined ? [] : [{ ...target, otherDeployers }]
  }
  const led = steps.has('route') ? await readable(started.release, { generation, scale }) : []
  if (steps.has('switch')) return { targets: led, stays: led[0] ?? 'unreadable' }
  const current = await appHome.current()
  if (current === undefined || state.stopped) return { targets: steps.has('undo') ? [] : led, stays: undefined }
  const before = await readable(current, state)
  return { targets: steps.has('undo') ? [...before, ...led] : [...led, ...before], stays: before[0] ?? 'unreadable' }
}

/** Every deployer that may have started something for the operation. */
export function deployersOf(records: readonly JournalRecord[]): readonly string[] {
  return [...new Set(records.flatMap((one) => (one.deployer === undefined ? [] : [one.deployer])))]
}

/** Undefined, and said, when the release's artifact is missing or damaged. */
export async function readableTarget(
  { appHome, host }: Pick<Converging, 'appHome' | 'host'>,
  id: string,
  wanted: Pick<Target, 'generation' | 'scale'>,
): Promise<Target | undefined> {
  const target = await targetOrDamage({ appHome }, id, wanted)
  if (!isHop3Error(target)) return target
  host.log.warn(`${target.message} What runs of it is left as it is.`)
  return undefined
}

/** The release, or the `artifact.*` that says why it cannot be read. */
export async function targetOrDamage(
  { appHome }: Pick<Converging, 'appHome'>,
  id: string,
  wanted: Pick<Target, 'generation' | 'scale'>,
): Promise<Target | Hop3Error> {
  try {
    return await targetFor({ appHome }, id, wanted)
  } catch (error) {
    if (isHop3Error(error) && error.code.startsWith('artifact.')) return error
    throw error
  }
}
