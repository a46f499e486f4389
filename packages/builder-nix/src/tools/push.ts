/** Puts a release with all it needs into a binary cache, signed. */
import { existsSync } from 'node:fs'
import { hop3Error, printable, visible, type BuildArtifact, type CommandResult, type Hop3Error, type StoreContext } from '@hop3/core'
import { keptBy, lastWords, runInStore, storeFailure } from '../store-programs.ts'
import { checkCache } from './caches.ts'

/**
 * `url`: `file://` and a directory, made where it is not there; what serves it serves the cache. Or `ssh://` and a host, whose store takes it. `keyFile`: the secret key, which is never read here.
 * Throws `usage.bad-value`, `artifact.missing` and `environment.nix-cache`.
 */
export async function pushRelease(
  context: StoreContext,
  artifact: BuildArtifact,
  url: string,
  keyFile: string,
): Promise<readonly string[]> {
  if (/^https?:/.test(checkCache(url)))
    throw hop3Error('usage.bad-value', `Nothing can be pushed to ${visible(url)}, which only serves what is there.`, {
      hint: 'Push to the directory it serves: hop3 nix push file:///srv/cache --key secret.key',
    })
  if (!existsSync(keyFile))
    throw hop3Error('usage.bad-value', `There is no secret key ${visible(keyFile)}, and what is not signed nobody takes.`, {
      hint: 'Make one: `nix-store --generate-binary-cache-key <name> secret.key public.key`.',
    })
  const paths = keptBy(artifact, context)
  const valid = await runInStore(context, { file: 'nix-store', args: ['--check-validity', ...paths] })
  if (valid.exitCode !== 0)
    throw (
      storeFailure(`Cannot push ${visible(artifact.location)}`, valid) ??
      hop3Error('artifact.missing', `${visible(artifact.location)} is not in the Nix store any more.`, {
        hint: 'Build the app again: `hop3 build`.',
      })
    )
  for (const args of url.startsWith('ssh:') ? pushedBySsh(url, keyFile, paths) : pushedToDirectory(url, keyFile, paths)) {
    const result = await runInStore(context, { file: 'nix', args })
    if (result.exitCode !== 0) throw notPushed(artifact, url, result)
  }
  return paths
}

const command = ['--extra-experimental-features', 'nix-command']

function pushedToDirectory(url: string, keyFile: string, paths: readonly string[]): readonly (readonly string[])[] {
  return [['copy', ...command, '--to', `${url}?secret-key=${encodeURIComponent(keyFile)}`, ...paths]]
}

/** The other store keeps what this one has signed, and signs nothing itself. */
function pushedBySsh(url: string, keyFile: string, paths: readonly string[]): readonly (readonly string[])[] {
  return [
    ['store', 'sign', ...command, '--key-file', keyFile, '--recursive', ...paths],
    ['copy', ...command, '--to', url, ...paths],
  ]
}

function notPushed({ location }: BuildArtifact, url: string, result: CommandResult): Hop3Error {
  const isSsh = url.startsWith('ssh:')
  // What ssh says of it is no line of Nix's.
  const words = isSsh ? result.stderr.split('\n').findLast((line) => /^\S/.test(line) && !nixLine.test(line)) : undefined
  const why = `${lastWords(result)}${words === undefined ? '' : ` (${printable(words.trim().slice(0, 200))})`}`
  return hop3Error('environment.nix-cache', `Nix cannot push ${visible(location)} to ${visible(url)}: ${why}.`, {
    hint: isSsh
      ? `See that \`ssh ${url.slice('ssh://'.length)} nix-store --version\` works without a question, that its user may write to the store there, and that the file holds a secret key.`
      : 'See that the directory can be written, and that the file holds a secret key.',
  })
}

const nixLine = /^(?:error:|warning:|Warning:|copying |copied |added )/
