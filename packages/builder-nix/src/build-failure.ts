/** Why Nix could not build: which derivation, in which phase, and what it said last. */
import { hop3Error, isHop3Error, type Hop3Error } from '@hop3/core'
import type { BuildOutput } from './build-output.ts'
import { hostFailure } from './host-failure.ts'
import { derivationName, type NixProblem } from './nix-events.ts'
import type { NixRun } from './run-nix.ts'
import type { NixSession } from './session.ts'

export function buildFailure(session: NixSession, { result, problems }: NixRun, output: BuildOutput): Hop3Error {
  const failed = matchedReason(problems, /^builder for '([^']+\.drv)' failed(?: with exit code (\d+)| due to ([^;\n]+))?/)
  if (matchedReason(problems, /^cannot build missing derivation '/) !== undefined) return collected(session)
  const mismatch = hashMismatch(session, problems) ?? changedInCache(session, problems)
  if (mismatch !== undefined) return mismatch
  if (failed?.[1] === undefined) return hostFailure(session, problems) ?? unknownFailure(session, problems, result.exitCode)
  return builderFailed(session, failed[1], failed[2] === undefined ? (failed[3] ?? 'an error') : `exit code ${failed[2]}`, output)
}

/** The first of Nix's own reasons that is of this form; `pattern` begins with `^`. */
export function matchedReason(problems: readonly NixProblem[], pattern: RegExp): RegExpExecArray | undefined {
  for (const { reason } of problems) {
    const found = pattern.exec(reason)
    if (found !== null) return found
  }
  return undefined
}

/** Nothing keeps what was evaluated before it is built. */
function collected({ context }: NixSession): Hop3Error {
  return hop3Error(
    'build.nix-failed',
    `What was to be built of ${context.appName} was deleted by the garbage collector of Nix before it was.`,
    {
      hint: 'Deploy again while no `nix-collect-garbage` runs.',
      details: { collected: true },
      class: 'retry',
    },
  )
}

export function isCollected(error: unknown): boolean {
  return isHop3Error(error) && error.details['collected'] === true
}

function builderFailed({ context, file }: NixSession, derivation: string, how: string, output: BuildOutput): Hop3Error {
  const { phase, lines } = output.of(derivation)
  const name = derivationName(derivation)
  const where = phase === undefined ? '' : ` in ${phase}`
  const last = lines.length === 0 ? 'It printed nothing.' : `Its last lines:\n${lines.join('\n')}`
  const isShellMissing = lines.some((line) => /executing '\/bin\/sh': No such file/.test(line))
  return hop3Error('build.nix-failed', `Building ${name} of ${context.appName} failed${where} with ${how}. ${last}`, {
    hint: isShellMissing
      ? 'The sandbox has no /bin/sh: use a shell of nixpkgs (`pkgs.runtimeShell`), or write `sandbox = "off"` into [build.nix].'
      : `Mend what the last lines name in ${file} or in the source. All of it is in build.log of the release, and in \`nix-store --read-log ${derivation}\`.`,
    details: { derivation, phase: phase ?? null, lines: [...lines] },
  })
}

/** An archive is not what its hash says: Nix names both. */
function hashMismatch({ context }: NixSession, problems: readonly NixProblem[]): Hop3Error | undefined {
  const found = matchedReason(
    problems,
    /^hash mismatch in fixed-output derivation '([^']+)':\s+(?:specified|wanted):\s+(\S+)\s+got:\s+(\S+)/,
  )
  const [, derivation, wanted, got] = found ?? []
  if (derivation === undefined || wanted === undefined || got === undefined) return undefined
  const name = derivationName(derivation)
  return hop3Error(
    'build.nix-hash',
    `What ${name} of ${context.appName} fetches is not what its hash says: wanted ${wanted}, got ${got}.`,
    {
      hint: `Where the change is known and meant, replace the hash: \`hash = "${got}";\`. Else somebody has exchanged the file: do not.`,
      details: { derivation, wanted, got },
    },
  )
}

/** Nix goes on to say that some substitutes failed, usually for issues of the network: this one did not. */
function changedInCache({ context }: NixSession, problems: readonly NixProblem[]): Hop3Error | undefined {
  const found = matchedReason(problems, /^hash mismatch importing path '([^']+)'/)
  // Without a second problem it is the store of this host that is damaged.
  if (found?.[1] === undefined || problems.length < 2) return undefined
  return hop3Error(
    'environment.nix-cache',
    `Cannot build ${context.appName} with Nix: what a cache has as ${derivationName(found[1])} is not what was signed.`,
    {
      hint: 'Somebody or something has changed it there: push it again from a host that built it, or do not ask that cache any more (`hop3 nix cache` lists them).',
      details: { path: found[1] },
      class: 'environment',
    },
  )
}

function unknownFailure({ context }: NixSession, problems: readonly NixProblem[], exitCode: number | null): Hop3Error {
  const text = problems.map((one) => one.text).join('\n')
  const said = text.trim() === '' ? 'it says nothing of why' : text.trim().slice(0, 2_000)
  return hop3Error('build.nix-failed', `Nix could not build ${context.appName} (exit code ${exitCode}): ${said}`, {
    hint: 'Run the command again with --verbose to see all that Nix says.',
  })
}
