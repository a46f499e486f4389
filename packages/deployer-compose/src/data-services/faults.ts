/** What is wrong with an app's compose file, collected, so that all of it is said at once. */
import { hop3Error, isHop3Error, type Hop3Error } from '@hop3/core'
import { mendOrLeave } from './compose-file.ts'

export interface Faults {
  add(fault: Hop3Error): void
  /** What `read` returns; undefined where it throws `config.compose-file`, which is kept. */
  within<Value>(read: () => Value): Value | undefined
  /** Throws `config.compose-file` where there is any: the one, or all with their places, as they stand in the file. */
  check(path: string): void
}

export function collectFaults(): Faults {
  const found: Hop3Error[] = []
  return {
    add: (one) => void found.push(one),
    within(read) {
      try {
        return read()
      } catch (error) {
        if (!isHop3Error(error) || error.code !== 'config.compose-file') throw error
        found.push(error)
        return undefined
      }
    },
    check(path) {
      const [first, ...others] = found.toSorted((one, other) => placeOf(one) - placeOf(other))
      if (first === undefined) return
      if (others.length === 0) throw first
      const problems = [first, ...others].map(({ message, hint, details }) => ({
        origin: details['origin'],
        message: hint === undefined || hint === mendOrLeave ? message : `${message} ${hint}`,
      }))
      const lines = problems.map(({ message }) => `\n  ${message}`)
      throw hop3Error('config.compose-file', `${path} has ${problems.length} faults:${lines.join('')}`, {
        hint: mendOrLeave,
        details: { origin: first.details['origin'], problems },
      })
    },
  }
}

/** `compose.yaml:12:3` as a number to sort by; a column is less than a million. */
function placeOf({ details }: Hop3Error): number {
  const [, line = 0, column = 0] = /:(\d+):(\d+)$/.exec(String(details['origin'])) ?? []
  return Number(line) * 1e6 + Number(column)
}
