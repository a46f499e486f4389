/** File times come as nanoseconds and are set as seconds: what is kept on the way are the microseconds. */

/** For `utimes`. */
export function secondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1e6
}

/** True when a file whose time was set from `nanoseconds` still has it: a double keeps a present-day time to the quarter of a microsecond. */
export function isSameTime(nanoseconds: bigint, other: bigint): boolean {
  const difference = nanoseconds - other
  return difference < 2000n && difference > -2000n
}
