/** Programs of Nix for what is no build: the store of this host, by its own settings. */
import { basename, dirname } from 'node:path'
import { hop3Error, isHop3Error, visible, type BuildArtifact, type CommandResult, type Hop3Error, type StoreContext } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { knownFailure } from './host-failure.ts'
import { sshEnv } from './nix-caches.ts'
import { nixHost } from './nix-host.ts'
import { nixMissing } from './nix-missing.ts'

export interface StoreRun {
  readonly file: string
  readonly args: readonly string[]
  /** Bytes of stdout that are kept. */
  readonly maxOutput?: number
}

const most = 64 * 1024 * 1024

/** Throws `environment.nix-missing`, and the signal's reason. */
export async function runInStore(context: StoreContext, { file, args, maxOutput = most }: StoreRun): Promise<CommandResult> {
  const { env, settings } = hostOf(context)
  const [operation = '', ...rest] = args
  // What the arguments say holds.
  const words = file === '/bin/sh' ? args : [operation, ...settings, ...rest]
  try {
    return await context.run({ file, args: words, cwd: '/', env: { ...env, ...sshEnv }, signal: context.signal, maxOutput })
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'environment.command-missing') throw error
    throw nixMissing('This release was built', error)
  }
}

export function storeSettings(context: StoreContext): readonly string[] {
  return hostOf(context).settings
}

/** Where the store of this host lies. */
export function storeDirectory(context: StoreContext): string {
  return hostOf(context).env['NIX_STORE_DIR'] ?? '/nix/store'
}

function hostOf({ env, toolsPath }: StoreContext) {
  return nixHost({ env, toolsPath: toolsPath ?? '/nonexistent' })
}

/**
 * What a release keeps of the store: of one that was built before it said so, its location. An artifact may be anybody's, and what it names
 * becomes words of programs: each is a path of this host's store. Throws `artifact.foreign` for one of another store, `artifact.damaged` for
 * what is none.
 */
export function keptBy({ location, metadata: { nix } }: BuildArtifact, context: StoreContext): readonly string[] {
  const paths: unknown = isObject(nix) ? nix['paths'] : undefined
  const named: readonly unknown[] = Array.isArray(paths) ? paths : []
  return [...new Set([location, ...named].map((path) => storePath(path, location, context)))]
}

function storePath(path: unknown, location: string, context: StoreContext): string {
  if (typeof path !== 'string' || !isStorePath(path)) {
    throw hop3Error(
      'artifact.damaged',
      `${visible(String(path))}, which the release of ${visible(location)} names, is no path of a Nix store.`,
      {
        hint: 'Build the app again: `hop3 build`; or export the release again, and copy the file as it is.',
      },
    )
  }
  const [there, here] = [dirname(path), storeDirectory(context)]
  if (there === here) return path
  throw hop3Error(
    'artifact.foreign',
    `The release was built for the Nix store ${visible(there)}; the store of this host is ${visible(here)}.`,
    {
      hint: 'Deploy from source here: `hop3 deploy`. Releases of /nix/store can be imported wherever that is the store.',
      details: { there, here },
    },
  )
}

/** As Nix names them: a hash of 32 characters and a name, in a directory without detours. */
function isStorePath(path: string): boolean {
  return (
    /^(?:\/(?!\.{1,2}\/)[^/\0]+)+$/.test(dirname(path)) &&
    /^[0-9a-z]{32}-[0-9A-Za-z+._?=-]{1,211}$/.test(basename(path)) &&
    !path.endsWith('/')
  )
}

/** What the host is to blame for; undefined for what it is not. `attempted`: "Cannot export …". */
export function storeFailure(attempted: string, result: CommandResult): Hop3Error | undefined {
  return knownFailure(attempted, lastWords(result))
}

/** The last thing Nix said, without its mark. */
export function lastWords({ stderr }: CommandResult): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return (lines.findLast((line) => /^\s*error: /.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .replace(/^error:\s*/, '')
    .slice(0, 500)
}
