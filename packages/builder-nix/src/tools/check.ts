/** Builds an app, builds it again, and says whether both are the same. */
import { isHop3Error, type BuildContext, type Hop3Error } from '@hop3/core'
import { join } from 'node:path'
import { openBuildOutput } from '../build-output.ts'
import { prepareSource } from '../build.ts'
import { evaluate } from '../evaluate.ts'
import { hostFailure } from '../host-failure.ts'
import { derivationName } from '../nix-events.ts'
import { twiceWhereKilled } from '../killed-as-it-ended.ts'
import { realise } from '../realise.ts'
import { runNix, type NixRun } from '../run-nix.ts'
import { createSession } from '../session.ts'

export type CheckVerdict = 'reproducible' | 'not deterministic' | 'stale hash' | 'evaluation error' | 'build failed'

export interface CheckedBuild {
  readonly verdict: CheckVerdict
  readonly location: string | null
  /** Why it is not reproducible. */
  readonly problem: string | null
  readonly hint: string | null
}

/** `context.release.path` is a directory that is thrown away. Throws what is neither the app's nor its build's fault. */
export async function checkBuild(context: BuildContext): Promise<CheckedBuild> {
  const session = await createSession(context)
  const output = openBuildOutput(join(context.release.path, 'build.log'), context)
  try {
    const staged = await prepareSource(session)
    const { app } = await evaluate(session, staged.path)
    const derivations = [...new Set(app.realise.flatMap((one) => (one.includes('!') ? [one.replace(/!.*$/, '')] : [])))]
    // Nix compares all outputs of a derivation, so that all have to be there.
    const { sandbox } = await realise(session, [...app.realise, ...derivations], output)
    const rebuild = (): Promise<NixRun> =>
      runNix(session, {
        program: 'nix-store',
        args: ['--realise', '--check', ...derivations],
        // Where nothing was built, it is not known yet whether this host has one.
        settings: { ...(sandbox !== null && { sandbox }), 'sandbox-fallback': session.options.sandbox === 'auto', substitute: false },
        cwd: context.release.path,
        onEvent: output.onEvent,
      })
    const { result, problems } = await twiceWhereKilled(rebuild, session, output)
    const { location } = app
    if (result.exitCode === 0) return { verdict: 'reproducible', location, problem: null, hint: null }
    const problem = problems.map(({ reason }) => reason).join('\n')
    if (!/may not be deterministic/.test(problem)) {
      const failure = hostFailure(session, problems)
      if (failure !== undefined) throw failure
      return { verdict: 'build failed', location, problem, hint: null }
    }
    const name = derivationName(/^derivation '([^']+)' may not/m.exec(problem)?.[1] ?? app.drvPath)
    const hint = `Build ${name} twice with \`nix-build --check --keep-failed\` and compare the two; mostly it is a time, an order or a path.`
    return { verdict: 'not deterministic', location, problem, hint }
  } catch (error) {
    if (!isHop3Error(error)) throw error
    const verdict = verdictOf(error)
    if (verdict === undefined) throw error
    return { verdict, location: null, problem: error.message, hint: error.hint ?? null }
  } finally {
    output.close()
  }
}

const evaluation = ['attribute', 'evaluation', 'recursion', 'forbidden-path', 'import-from-derivation'].map((what) => `build.nix-${what}`)

function verdictOf({ code }: Hop3Error): CheckVerdict | undefined {
  if (code === 'build.nix-hash') return 'stale hash'
  if (code === 'build.nix-failed') return 'build failed'
  return evaluation.includes(code) ? 'evaluation error' : undefined
}
