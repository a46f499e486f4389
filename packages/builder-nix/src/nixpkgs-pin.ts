/** Which nixpkgs a build is to have: what the app says, else what the host's operator pinned. Never a channel or NIX_PATH. */
import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join, normalize } from 'node:path'
import { hop3Error, shellQuote, visible, type AppConfig, type BuildContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import { isAnonymous } from './anonymous-url.ts'
import type { NixOptions, NixpkgsPin } from './options.ts'

/** `source`: a directory of the app itself, relative to it. */
export type Nixpkgs =
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'directory'; readonly path: string }
  | ({ readonly kind: 'archive' } & NixpkgsPin)

/**
 * Undefined where nobody says. What the app names is in its source, or needs `pure = false` unless the host's operator has pinned it too.
 * Throws `config.nix-pin` for a pin that is none, `config.invalid` for a directory the app may not name.
 */
export function readPin(
  { nixpkgs, pure }: NixOptions,
  { config, toolsPath }: Pick<BuildContext, 'config' | 'toolsPath'>,
): Nixpkgs | undefined {
  const file = hostPinPath(toolsPath)
  if (nixpkgs === undefined) return hostPin(file)
  if (typeof nixpkgs !== 'string') return { kind: 'archive', ...nixpkgs }
  if (isAbsolute(nixpkgs)) {
    if (!pure || isPinned(nixpkgs, hostPin(file))) return { kind: 'directory', path: nixpkgs }
    throw unfitNixpkgs(
      config,
      `${visible(nixpkgs)} is not what the operator of this host has pinned, and pure evaluation reads nothing else.`,
      {
        hint: `Pin it for the host: \`hop3 nix pin ${shellQuote(nixpkgs)}\`; or write \`pure = false\` into [build.nix].`,
      },
    )
  }
  const path = normalize(nixpkgs)
  if (path !== '..' && !path.startsWith('../') && !path.includes('\0')) return { kind: 'source', path }
  throw unfitNixpkgs(config, `${visible(nixpkgs)} leads out of the app.`, {
    hint: 'Name a directory of the app, or pin one for the host: `hop3 nix pin`.',
  })
}

export function unfitNixpkgs({ origins }: AppConfig, problem: string, { hint }: { readonly hint: string }): Error {
  const origin = origins['build.nix.nixpkgs'] ?? origins['build.nix']
  return hop3Error('config.invalid', `${origin === undefined ? '' : `${origin}: `}build.nix.nixpkgs: ${problem}`, {
    hint,
    details: { key: 'build.nix.nixpkgs' },
  })
}

/** The one file of a host: `{ "path": … }`, or `{ "url": …, "sha256": … }`. */
export function hostPinPath(toolsPath: string): string {
  return join(toolsPath, 'nixpkgs.json')
}

function hostPin(file: string): Nixpkgs | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // Most hosts have none.
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  const pin = parseJson(text)
  if (isObject(pin)) {
    const { path, url, sha256 } = pin
    if (typeof path === 'string' && isAbsolute(path)) return { kind: 'directory', path }
    if (typeof url === 'string' && typeof sha256 === 'string' && isAnonymous(url)) return { kind: 'archive', url, sha256 }
  }
  throw hop3Error('config.nix-pin', `${file} pins no nixpkgs.`, {
    hint: 'Write it again: `hop3 nix pin /path/to/nixpkgs`, or `hop3 nix pin https://… --sha256 …`.',
  })
}

function isPinned(path: string, pin: Nixpkgs | undefined): boolean {
  return pin?.kind === 'directory' && (normalize(path) === normalize(pin.path) || realPath(path) === realPath(pin.path))
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It is for the build to say that it is not there.
    return path
  }
}
