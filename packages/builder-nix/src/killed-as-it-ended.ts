import { matchedReason } from './build-failure.ts'
import type { BuildOutput } from './build-output.ts'
import type { NixRun } from './run-nix.ts'
import type { NixSession } from './session.ts'

/** Milliseconds. */
const atOnce = 1_000

/**
 * Nix takes a builder for ended when its output ends, and kills it: a shell whose last command closes its output before it exits, as those of
 * coreutils do, is sometimes still there. Such a build is done again; one that took longer was killed by somebody else.
 */
export async function twiceWhereKilled(run: () => Promise<NixRun>, { context }: NixSession, output: BuildOutput): Promise<NixRun> {
  const first = await run()
  const [, killed] = matchedReason(first.problems, /^builder for '([^']+\.drv)' failed due to signal 9/) ?? []
  if (killed === undefined || (output.of(killed).milliseconds ?? Infinity) > atOnce) return first
  context.log.info('Nix killed a builder as it ended; once more.')
  return run()
}
