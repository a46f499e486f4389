import { createHash, hash } from 'node:crypto'
import { secretDigest } from '@hop3/core/files'
import type { BuildSession } from './build-session.ts'
import { readInput, type BuildInput } from './build-input.ts'
import type { ContextEntry, ContextFile } from './context/context-entry.ts'
import { openFileHashes, type FileHashes } from './context/file-hashes.ts'

/** See `Builder.fingerprint`. Asks no engine; an unchanged source costs a walk. */
export async function fingerprintApp(session: BuildSession): Promise<string> {
  return fingerprintOf(session, await readInput(session, wantsBuildKit(session)))
}

/** Which builder is asked for where the engine has both. */
export function wantsBuildKit({ context, options }: Pick<BuildSession, 'context' | 'options'>): boolean {
  return options.buildkit ?? context.env['DOCKER_BUILDKIT'] !== '0'
}

/** Equal for equal Dockerfiles, files, options, configurations and secrets, but where base images are to be asked for. */
export async function fingerprintOf(session: BuildSession, input: BuildInput): Promise<string> {
  const { context, root } = session
  const { runtime, deploy, env } = context.config
  const hashes = await openFileHashes(context.cachePath, root, context.clock)
  const digest = createHash('sha256')
  const facts = [
    'hop3 docker 1',
    input.dockerfile.path,
    input.dockerfile.text,
    JSON.stringify(session.options),
    JSON.stringify({ runtime, deploy, env, planned: input.planned?.runtime, kind: input.planned?.kind }),
    JSON.stringify(['DOCKER_HOST', 'DOCKER_CONTEXT', 'SOURCE_DATE_EPOCH'].map((name) => context.env[name] ?? '')),
    // Whether there are newer base images is the registry's to say, each time.
    session.options.pull ? context.clock.now().toISOString() : '',
    await secretDigest(context.cachePath, Object.fromEntries(input.secrets.map((name) => [name, context.secret(name) ?? null]))),
    filesDigest(input.entries, hashes),
  ]
  await hashes.save()
  for (const fact of facts) digest.update(`${fact.length}:${fact}\n`)
  return `sha256:${digest.digest('hex')}`
}

/** Over paths, kinds, permission bits, contents and targets: the same for the same source anywhere. */
export function filesDigest(entries: readonly ContextEntry[], hashes: FileHashes): string {
  const digest = createHash('sha256')
  for (const entry of entries) digest.update(`${JSON.stringify(describe(entry, hashes))}\n`)
  return digest.digest('hex')
}

function describe(entry: ContextEntry, hashes: FileHashes): readonly (string | number)[] {
  if (entry.kind === 'link') return [entry.path, 'link', entry.target]
  if (entry.kind === 'directory') return [entry.path, 'directory']
  return [entry.path, 'file', entry.mode, contentOf(entry, hashes)]
}

function contentOf(entry: ContextFile, hashes: FileHashes): string {
  return 'bytes' in entry.content ? hash('sha256', entry.content.bytes, 'hex') : hashes.of(entry)
}
