/** How a release travels with all it needs: as `nix-store --export` and `--import` have it. */
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { hop3Error, visible, type ArtifactStore, type BuildArtifact, type CommandResult, type StoreContext } from '@hop3/core'
import { makeOwned, sweepOwned } from '@hop3/core/processes'
import { rootName } from './roots.ts'
import { keptBy, lastWords, runInStore, storeFailure, storeSettings } from './store-programs.ts'
import { verifyPaths } from './verify-paths.ts'

export function createClosureStore(context: StoreContext): ArtifactStore {
  return {
    save: (artifact) => savedClosure(artifact, context),
    check: async (artifact) => void keptBy(artifact, context),
    load: (artifact, bytes, releasePath) => loadClosure(artifact, bytes, releasePath, context),
    keep: async (artifact, releasePath) => {
      const kept = await keepPaths(artifact, releasePath, context)
      if (kept.exitCode !== 0) throw missing(artifact, kept)
    },
    verify: (artifact) => verifyPaths(artifact, context),
  }
}

async function* savedClosure(artifact: BuildArtifact, context: StoreContext): AsyncGenerator<Uint8Array> {
  const closure = await runInStore(context, { file: 'nix-store', args: ['--query', '--requisites', ...keptBy(artifact, context)] })
  if (closure.exitCode !== 0) throw missing(artifact, closure)
  const paths = closure.stdout.split('\n').filter((path) => path !== '')
  yield* inTemporary(context, async function* exported(file) {
    const program = 'out=$1; shift; exec nix-store --export "$@" > "$out"'
    const result = await runInStore(context, { file: '/bin/sh', args: ['-c', program, 'sh', file, ...paths, ...storeSettings(context)] })
    if (result.exitCode !== 0) throw missing(artifact, result)
    const stream: AsyncIterable<Buffer> = createReadStream(file)
    yield* stream
  })
}

/** The release keeps the paths from here on, by links as a build makes them; without one nobody keeps them. */
async function loadClosure(
  artifact: BuildArtifact,
  bytes: AsyncIterable<Uint8Array>,
  releasePath: string | undefined,
  context: StoreContext,
): Promise<BuildArtifact> {
  // What is built for a store at one path finds nothing at another.
  keptBy(artifact, context)
  for await (const result of inTemporary(context, async function* imported(file) {
    await pipeline(bytes, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
    const program = 'in=$1; shift; exec nix-store --import "$@" < "$in"'
    yield await runInStore(context, { file: '/bin/sh', args: ['-c', program, 'sh', file, ...storeSettings(context)] })
  })) {
    if (result.exitCode !== 0) throw damaged(artifact, result)
  }
  if (releasePath === undefined) return artifact
  const kept = await keepPaths(artifact, releasePath, context)
  if (kept.exitCode !== 0) throw damaged(artifact, kept)
  return artifact
}

/** What is not there is not downloaded. */
function keepPaths(artifact: BuildArtifact, releasePath: string, context: StoreContext): Promise<CommandResult> {
  const root = ['--add-root', join(releasePath, rootName), '--indirect', '--option', 'substitute', 'false']
  return runInStore(context, { file: 'nix-store', args: ['--realise', ...keptBy(artifact, context), ...root] })
}

/** As large as the closure: what killed commands have left goes first. */
async function* inTemporary<T>({ cachePath, env }: StoreContext, work: (file: string) => AsyncGenerator<T>): AsyncGenerator<T> {
  const place = cachePath ?? env['TMPDIR'] ?? '/tmp'
  await sweepOwned(place, prefix)
  const directory = await makeOwned(place, prefix)
  try {
    yield* work(join(directory.path, 'closure'))
  } finally {
    await directory.remove()
  }
}

const prefix = 'hop3-closure-'

function missing({ location }: BuildArtifact, result: CommandResult): Error {
  const failure = storeFailure(`Cannot take ${visible(location)} from the Nix store`, result)
  if (failure !== undefined) return failure
  const said = lastWords(result)
  return hop3Error('artifact.missing', `${visible(location)} is not in the Nix store any more, or something it needs is not: ${said}.`, {
    hint: 'Build the app again: `hop3 build`.',
  })
}

function damaged({ location }: BuildArtifact, result: CommandResult): Error {
  const failure = storeFailure(`Cannot put ${visible(location)} into the Nix store`, result)
  if (failure !== undefined) return failure
  const said = lastWords(result)
  return hop3Error('artifact.damaged', `What came with the release is not ${visible(location)} with all it needs: ${said}.`, {
    hint: 'Export the release again and copy the file as it is. Importing takes a user whom the Nix daemon trusts, or a store of their own.',
  })
}
