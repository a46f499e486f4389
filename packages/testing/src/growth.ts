/** Whether what is done with a text takes time in proportion to its length, whatever the machine does besides. */
import { isHop3Error } from '@hop3/core'
import { threadTime } from './thread-time.ts'

/** One that is mostly repetition. */
export interface LongText {
  readonly opening?: string
  readonly unit: string
  readonly end?: string
}

type Run = (length: number) => unknown

/** Of characters, each eight times the one before it at most: what is linear takes about eight times as long, what is quadratic 64 times. */
const lengths = [1, 7, 45, 360].map((kibibytes) => kibibytes * 1024)
const step = 8
const ratio = 20
/** Milliseconds: below, times say nothing of how they compare; from the second on, no other measurement is needed; the third is too much. */
const [floor, sure, most] = [3, 300, 1000]

/** About so many characters of it. */
export function longText({ opening = '', unit, end = '' }: LongText, length: number): string {
  return opening + unit.repeat(Math.ceil(length / unit.length)) + end
}

/**
 * What is wrong with how `run` takes texts of 1 KB to 360 KB: that one takes over twenty times what an eighth of it takes, over a second, or
 * throws what is no `Hop3Error`. Undefined where nothing is. It stops at the first, so that a cubic one does not take the day.
 */
export async function growthFault(run: Run): Promise<string | undefined> {
  let before = Infinity
  try {
    for (const length of lengths) {
      const took = await milliseconds(run, length)
      const fault = took > most || isSteep(before, took) ? await confirmed(run, length, took) : undefined
      if (fault !== undefined) return fault
      before = took
    }
  } catch (error) {
    if (!isHop3Error(error)) return error instanceof Error ? (error.stack ?? error.message).slice(0, 900) : String(error)
  }
  return undefined
}

/** Compiling and collecting garbage take their time once, and what takes more for being longer takes it at the next length, too. */
async function confirmed(run: Run, length: number, first: number): Promise<string | undefined> {
  const took = Math.min(first, await least(run, length))
  const before = await least(run, length / step)
  if (took > most) return sentence(length, before, took)
  if (!isSteep(before, took)) return undefined
  if (took > sure) return sentence(length, before, took)
  const after = await least(run, length * step)
  // Of some megabytes, memory alone may take some ten times as long; what is quadratic takes longer than that.
  return after > sure && isSteep(took, after) ? sentence(length * step, took, after) : undefined
}

function isSteep(before: number, took: number): boolean {
  return took > floor && took > ratio * before
}

function sentence(length: number, before: number, took: number): string {
  return `${Math.round(length / 1024)} KB take ${Math.round(took)} ms, an eighth of it ${before.toFixed(1)} ms`
}

async function least(run: Run, length: number): Promise<number> {
  const first = await milliseconds(run, length)
  return first > 4 * most ? first : Math.min(first, await milliseconds(run, length))
}

async function milliseconds(run: Run, length: number): Promise<number> {
  return threadTime(async () => {
    try {
      await run(length)
    } catch (error) {
      if (!isHop3Error(error)) throw error
    }
  })
}
