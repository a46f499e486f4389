import { visible, type BuildArtifact, type CommandResult, type StoreContext } from '@hop3/core'
import { keptBy, lastWords, runInStore, storeFailure } from './store-programs.ts'

/** Whether everything a release needs is in the store, with the content the store has noted. What is wrong, a sentence each; none where all is well. Throws `environment.*`. */
export async function verifyPaths(artifact: BuildArtifact, context: StoreContext): Promise<readonly string[]> {
  const missing: string[] = []
  const kept = keptBy(artifact, context)
  for (const path of kept) {
    const checked = await run('--check-validity', path)
    if (checked.exitCode !== 0) missing.push(`${path} is not in the Nix store.`)
  }
  if (missing.length > 0) return missing
  const closure = await run('--query', '--requisites', ...kept)
  if (closure.exitCode !== 0) return [`${artifact.location} cannot be looked up: ${lastWords(closure)}.`]
  const paths = closure.stdout.split('\n').filter((path) => path !== '')
  const { exitCode, stderr } = await run('--verify-path', ...paths)
  if (exitCode === 0) return []
  // `path '…' was modified! expected hash '…', got '…'`
  const named = stderr.split('\n').flatMap((line) => /path '([^']+)' was modified/.exec(line)?.[1] ?? [])
  return named.length === 0
    ? [lastWords({ exitCode, stderr, stdout: '', signal: null, timedOut: false, pid: 0 })]
    : named.map((path) => `${path} is not as it was built.`)

  async function run(...args: readonly string[]): Promise<CommandResult> {
    const result = await runInStore(context, { file: 'nix-store', args })
    const failure = result.exitCode === 0 ? undefined : storeFailure(`Cannot verify ${visible(artifact.location)}`, result)
    if (failure !== undefined) throw failure
    return result
  }
}
