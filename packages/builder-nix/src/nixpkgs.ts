/** The directory `<nixpkgs>` means in a build. */
import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import { hostFailure } from './host-failure.ts'
import { nixDirectory } from './nix-files.ts'
import { unfitNixpkgs } from './nixpkgs-pin.ts'
import { runNix } from './run-nix.ts'
import type { NixSession } from './session.ts'

/** Without links on its way; fetched where it is an archive. `staged`: the copied source, without links too. */
export async function nixpkgsDirectory(session: NixSession, staged: string): Promise<string | undefined> {
  const pinned = session.pin()
  if (pinned === undefined) return undefined
  if (pinned.kind === 'source') return inSource(session, staged, pinned.path)
  if (pinned.kind === 'directory') return pinnedDirectory(pinned.path)
  const { result, problems } = await runNix(session, {
    program: 'nix-instantiate',
    args: ['--eval', '--json', join(nixDirectory, 'fetch.nix'), '--argstr', 'url', pinned.url, '--argstr', 'sha256', pinned.sha256],
    cwd: session.root,
  })
  const path = parseJson(result.stdout)
  if (result.exitCode === 0 && typeof path === 'string') return path
  const reason = problems.at(-1)?.reason ?? 'Nix says nothing of why'
  throw (
    hostFailure(session, problems) ??
    hop3Error('build.nix-nixpkgs', `Cannot fetch nixpkgs from ${pinned.url}: ${reason}`, {
      hint: 'Check the address and the hash under `nixpkgs` of [build.nix], or of the host: `hop3 nix pin`.',
    })
  )
}

/** As it is in the copy: what is ignored or secret is not there. */
function inSource({ context }: NixSession, staged: string, path: string): string {
  const directory = realDirectory(join(staged, path))
  if (directory !== undefined && `${directory}/`.startsWith(`${staged}/`)) return directory
  throw unfitNixpkgs(context.config, `${visible(path)} is no directory of the app's source as it is built.`, {
    hint: 'Name one that is there and not ignored, or pin one for the host: `hop3 nix pin`.',
  })
}

function pinnedDirectory(path: string): string {
  const directory = realDirectory(path)
  if (directory !== undefined) return directory
  throw hop3Error('config.nix-pin', `<nixpkgs> is pinned to ${visible(path)}, which is no directory any more.`, {
    hint: 'Put it back, or pin another: `hop3 nix pin`.',
    class: 'environment',
  })
}

function realDirectory(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? realpathSync(path) : undefined
}
