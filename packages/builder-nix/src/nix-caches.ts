/** Binary caches the operator of this host trusts: `hop3 nix cache`. Beside those of nix.conf, which stay as they are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hop3Error } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'

export interface NixCache {
  /** `file:///srv/cache`, `https://cache.example.com`, `ssh://cache.example.com`. */
  readonly url: string
  /** The public half of what its paths are signed with: `name:base64`. */
  readonly key: string
}

/**
 * No query: `?trusted=1` would have Nix look at no signature. What a path may have, Nix takes as it is. What is behind `ssh://` becomes a word
 * of ssh, and must not begin like an option of it; a port is for the configuration of ssh to say.
 */
export const cacheAddress =
  /^(?:file:\/\/(?:\/[A-Za-z0-9._+-]+)+|https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._+-]+)*|ssh:\/\/(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*)\/?$/
export const publicKey = /^[A-Za-z0-9._-]+:[A-Za-z0-9+/]{43}=$/

/** For every program of Nix that may ask a cache: nobody is there to answer ssh, and a host that does not answer is not waited for. */
export const sshEnv = { NIX_SSHOPTS: '-o BatchMode=yes -o ConnectTimeout=10' }

export function cachesPath(toolsPath: string): string {
  return join(toolsPath, 'nix-caches.json')
}

/** Throws `config.nix-cache`. */
export function readCaches(toolsPath: string): readonly NixCache[] {
  const file = cachesPath(toolsPath)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // Most hosts have none.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return []
    throw error
  }
  const written = parseJson(text)
  const caches = Array.isArray(written) ? written.map(cacheIn) : [undefined]
  if (caches.every((one) => one !== undefined)) return caches
  throw hop3Error('config.nix-cache', `${file} lists no caches of Nix.`, {
    hint: `Remove it, and name them again: hop3 nix cache https://… --key <file>`,
  })
}

function cacheIn(value: unknown): NixCache | undefined {
  if (!isObject(value)) return undefined
  const { url, key } = value
  return typeof url === 'string' && typeof key === 'string' && cacheAddress.test(url) && publicKey.test(key) ? { url, key } : undefined
}

/** Settings for every program of Nix. Where the host asks no caches otherwise, it asks these alone; what is not signed by their keys is never taken. */
export function cacheSettings(caches: readonly NixCache[], asksOthers: boolean): readonly string[] {
  if (caches.length === 0) return []
  const settings = {
    [asksOthers ? 'extra-substituters' : 'substituters']: caches.map(({ url }) => url).join(' '),
    [asksOthers ? 'extra-trusted-public-keys' : 'trusted-public-keys']: caches.map(({ key }) => key).join(' '),
    substitute: 'true',
    'require-sigs': 'true',
    // What has been pushed a moment ago is there.
    'narinfo-cache-negative-ttl': '0',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['--option', name, value])
}
