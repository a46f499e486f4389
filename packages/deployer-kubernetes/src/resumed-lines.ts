/** The lines of a log that is read in several streams, each from about where the one before broke off: every line once. Pure. */

export interface ResumedLines {
  /** Where the next stream is to begin: the second of the last line, RFC 3339. Undefined before the first. */
  since(): string | undefined
  /** Before each stream. */
  resume(): void
  /** A line behind its time, as the cluster writes it. What has no time goes on with the line before it. */
  take(stamped: string): void
}

/** Hands out lines without their time. */
export function resumedLines(onLine: (line: string) => void): ResumedLines {
  let last: bigint | undefined
  /** Lines of the time `last` that were handed out: several may have the same. */
  let many = 0
  /** Of those, what this stream has had again; undefined where it is beyond them. */
  let again: number | undefined
  const isKnown = (time: bigint | undefined): boolean => {
    if (again === undefined || last === undefined) return false
    if (time === undefined || time < last) return true
    if (time === last && again < many) {
      again += 1
      return true
    }
    again = undefined
    return false
  }
  return {
    since: () => (last === undefined ? undefined : new Date(Number(last / nanoseconds) * 1000).toISOString()),
    resume: () => void (again = last === undefined ? undefined : 0),
    take(stamped) {
      const [, base = '', fraction = '', zone = '', text = stamped] = stamp.exec(stamped) ?? []
      const time = base === '' ? undefined : timeOf(base, fraction, zone)
      if (isKnown(time)) return
      if (time !== undefined) {
        many = time === last ? many + 1 : 1
        last = time
      }
      onLine(text)
    },
  }
}

/** In a second. */
const nanoseconds = 1_000_000_000n

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ([^]*)$/

/** Since 1970. Of zones that change, too: their texts are not in order. */
function timeOf(base: string, fraction: string, zone: string): bigint | undefined {
  const seconds = Date.parse(`${base}${zone}`)
  return Number.isNaN(seconds) ? undefined : BigInt(seconds / 1000) * nanoseconds + BigInt(fraction.padEnd(9, '0'))
}
