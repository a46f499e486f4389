/** Says for all apps of a host which binary caches to ask. */
import { readFile } from 'node:fs/promises'
import { hop3Error, toHop3Error, visible, writeFileAtomic } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { withLock, type LockHost } from '@hop3/core/lock'
import { cacheAddress, cachesPath, publicKey, readCaches, type NixCache } from '../nix-caches.ts'

/** `keyFile`: the public key. Naming a cache again replaces its key. Throws `usage.bad-value`, and `environment.*` for a key that cannot be read. */
export async function trustCache(host: LockHost, url: string, keyFile: string): Promise<readonly NixCache[]> {
  const text = await orElse(readFile(checkFile(keyFile), 'utf8'), undefined).catch((error: unknown) => {
    throw toHop3Error(error, `Cannot read the key ${visible(keyFile)}`)
  })
  if (text === undefined)
    throw hop3Error('usage.bad-value', `There is no public key ${visible(keyFile)}.`, {
      hint: 'It is the second file of `nix-store --generate-binary-cache-key <name> secret.key public.key`.',
    })
  const key = text.trim()
  if (!publicKey.test(key))
    throw hop3Error('usage.bad-value', `${visible(keyFile)} holds no public key of a cache.`, {
      hint: 'It is the second file of `nix-store --generate-binary-cache-key <name> secret.key public.key`.',
    })
  const cache = { url: checkCache(url), key }
  return change(host, (caches) => [...caches.filter((one) => one.url !== url), cache])
}

/** Throws `usage.bad-value` for one that is not asked. */
export async function forgetCache(host: LockHost, url: string): Promise<readonly NixCache[]> {
  return change(host, (caches) => {
    if (caches.some((one) => one.url === url)) return caches.filter((one) => one.url !== url)
    throw hop3Error('usage.bad-value', `${visible(url)} is no cache this host asks.`, { hint: '`hop3 nix cache` lists them.' })
  })
}

export function checkCache(url: string): string {
  if (cacheAddress.test(url)) return url
  throw hop3Error('usage.bad-value', `${visible(url)} is no address of a cache.`, {
    hint: 'Write file:///srv/cache, https://cache.example.com or ssh://cache.example.com, without a password, a query or blanks; ports of ssh stand in its configuration.',
  })
}

/** Of what the file has when nobody else changes it. */
function change(host: LockHost, changed: (caches: readonly NixCache[]) => readonly NixCache[]): Promise<readonly NixCache[]> {
  return withLock(host, { subject: 'nix-caches', operation: 'change' }, async () => {
    const caches = changed(readCaches(host.toolsPath))
    await writeFileAtomic(cachesPath(host.toolsPath), `${JSON.stringify(caches, null, 2)}\n`)
    return caches
  })
}

function checkFile(path: string): string {
  if (path.startsWith('/')) return path
  throw hop3Error('usage.bad-value', 'A cache is named with the file of its key.', { hint: 'hop3 nix cache <address> --key public.key' })
}
