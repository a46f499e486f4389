/** How much memory an expression may take while it is evaluated: one that grows without end must not take the host down with it. */
import { totalmem } from 'node:os'

const gibibyte = 1024 ** 3

/** Bytes: half of what there is, or of what the container has of it. */
export function mostMemory(): number {
  // Zero, or more than there is, where nothing limits it.
  const constrained = process.constrainedMemory()
  const there = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.max(gibibyte, Math.floor(there / 2))
}

export interface LimitedProgram {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * The same program with `bytes` at most. The variable is of Nix's garbage collector, which says so at once; what it does not manage, texts
 * while they are put together, only the system can limit (measured with 2.8: 4.2 GB where the variable said 1 GiB).
 */
export function withMemory(bytes: number, file: string, args: readonly string[]): LimitedProgram {
  // A host that allows less already says no to more.
  const script = 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"'
  const kibibytes = String(Math.floor(bytes / 1024))
  return { file: '/bin/sh', args: ['-c', script, 'sh', kibibytes, file, ...args], env: { GC_MAXIMUM_HEAP_SIZE: String(bytes) } }
}
