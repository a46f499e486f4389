/** Builds store paths and keeps them from the garbage collector. */
import { join } from 'node:path'
import { rootName, rootsIn } from './roots.ts'
import type { BuildOutput } from './build-output.ts'
import { buildFailure, matchedReason } from './build-failure.ts'
import { twiceWhereKilled } from './killed-as-it-ended.ts'
import type { NixRun } from './run-nix.ts'
import { runNix } from './run-nix.ts'
import { buildSettings, checkSandbox, grantedSandbox, noNamespaces, wantedSandbox, type Sandbox } from './sandbox.ts'
import type { NixSession } from './session.ts'

export interface Realised {
  /** What the builders ran in; null where nothing was built, or nobody can know. */
  readonly sandbox: Sandbox | null
  /** Paths of the store that the release keeps from now on. */
  readonly rooted: readonly string[]
}

interface Realising {
  readonly session: NixSession
  readonly paths: readonly string[]
  readonly output: BuildOutput
  /** Of the session's clock: all runs together end by it. */
  readonly deadline: number
}

/**
 * Builds `paths` (`….drv!out`, or store paths) with a root for each in the release, and says in which sandbox. Throws `build.nix-*` and
 * `environment.*`.
 */
export async function realise(session: NixSession, paths: readonly string[], output: BuildOutput): Promise<Realised> {
  checkSandbox(session)
  const { context, options } = session
  const realising = { session, paths, output, deadline: context.clock.monotonic() + options.timeout * 1_000 }
  const wanted = wantedSandbox(session)
  const first = await attemptTwice(realising, wanted)
  if (first.result.exitCode === 0) return done(session, wanted, first)
  // Of a run in which a builder has printed something nothing is believed that would take its sandbox away.
  const isRefused = wanted !== false && first.isQuiet && matchedReason(first.problems, noNamespaces) !== undefined
  if (!isRefused || options.sandbox === 'require') throw buildFailure(session, first, output)
  const second = await attemptTwice(realising, false)
  if (second.result.exitCode !== 0) throw buildFailure(session, second, output)
  return done(session, false, second)
}

async function done({ context, host }: NixSession, asked: Sandbox, { builds }: NixRun): Promise<Realised> {
  const roots = await rootsIn(context.release.path)
  return { sandbox: grantedSandbox(host(), asked, builds), rooted: roots.map(({ target }) => target) }
}

function attemptTwice(realising: Realising, sandbox: Sandbox): Promise<NixRun> {
  const { session, output } = realising
  return twiceWhereKilled(() => attempt(realising, sandbox), session, output)
}

function attempt({ session, paths, output, deadline }: Realising, sandbox: Sandbox): Promise<NixRun> {
  const { context } = session
  return runNix(session, {
    program: 'nix-store',
    args: ['--realise', ...paths, '--add-root', join(context.release.path, rootName), '--indirect'],
    settings: buildSettings(session, sandbox),
    cwd: context.release.path,
    timeout: Math.max(1, deadline - context.clock.monotonic()),
    onEvent: output.onEvent,
  })
}
