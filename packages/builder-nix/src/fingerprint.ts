import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sourceDigest, type SourceEntry } from '@hop3/planner/source-tree'
import { nixDirectory } from './nix-files.ts'
import type { NixSession } from './session.ts'
import { readSource } from './source.ts'

/** See `Builder.fingerprint`. Starts no process; an unchanged source costs a walk. */
export async function fingerprintApp(session: NixSession): Promise<string> {
  const { entries } = await readSource(session)
  return fingerprintOf(session, entries)
}

/** Equal for equal sources, options, configurations, nixpkgs, stores and expressions of this package; another Nix builds the same of them. */
export function fingerprintOf(session: NixSession, entries: readonly SourceEntry[]): string {
  const { context, options, file } = session
  const { runtime, deploy, env } = context.config
  const digest = createHash('sha256')
  const facts = [
    'hop3 nix 1',
    sourceDigest(entries),
    file,
    JSON.stringify(options),
    JSON.stringify({ runtime, deploy, env }),
    JSON.stringify(session.facts ?? null),
    JSON.stringify(Object.entries(session.host().env).filter(([name]) => name.startsWith('NIX_'))),
    JSON.stringify(nixpkgsIdentity(session)),
    ownExpressions(),
  ]
  for (const fact of facts) digest.update(`${fact.length}:${fact}\n`)
  return `sha256:${digest.digest('hex')}`
}

/** A directory by its name, time and version: its files are too many to read. */
function nixpkgsIdentity(session: NixSession): unknown {
  const pinned = session.pin()
  // One in the source is of the source's digest.
  if (pinned?.kind !== 'directory') return pinned ?? null
  const facts = ['', '.version', 'default.nix', '.git/HEAD'].map((name) => stampOf(join(pinned.path, name)))
  return [pinned.path, ...facts]
}

/** Empty for what is not there. */
function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? '' : `${realpathSync(path)} ${stats.size} ${stats.mtimeNs}`
}

function ownExpressions(): string {
  const files = readdirSync(nixDirectory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nix'))
  return files
    .toSorted()
    .map((name) => readFileSync(join(nixDirectory, name), 'utf8'))
    .join('\n')
}
