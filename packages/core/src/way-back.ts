/** The way back from a change that failed: every step is gone, whatever becomes of the others. */
import { isHop3Error } from './errors.ts'

/** Resolves to undefined where the step fails, which is remembered. */
export type Attempt = <T>(step: () => Promise<T>) => Promise<T | undefined>

/** Resolves to `error`, which made the way back needed; what failed on it is told with it, as its detail `undo`. */
export async function goBack(error: unknown, steps: (attempt: Attempt) => Promise<void>): Promise<unknown> {
  const undo: string[] = []
  const attempt: Attempt = async (step) => {
    try {
      return await step()
    } catch (problem) {
      undo.push(messageOf(problem))
      return undefined
    }
  }
  await attempt(() => steps(attempt))
  if (undo.length === 0) return error
  if (isHop3Error(error)) return Object.assign(error, { details: { ...error.details, undo } })
  return new Error(`${messageOf(error)}; not all could be put back as it was: ${undo.join('; ')}`, { cause: error })
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem)
}
