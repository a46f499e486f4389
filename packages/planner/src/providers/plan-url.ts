/** A plan at a URL, pinned by its SHA-256: fetched once, from then on read from the cache. */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, isHop3Error, visible, writeFileAtomic } from '@hop3/core'
import type { NamedPlan } from '../app/combine-toolchains.ts'
import type { ProviderRequest } from './load-provider.ts'
import { planFromText } from './plan-file.ts'
import type { ProviderAccess } from './provider-access.ts'
import { wordFor, type ProviderEntry } from './provider-entry.ts'

type UrlEntry = Extract<ProviderEntry, { readonly kind: 'url' }>

/** Throws `config.provider.no-hash` with the line to write, `config.provider.hash` naming both digests, and as `fetchPlan` and `planFromText`. */
export async function planFromUrl({ origin }: ProviderRequest, entry: UrlEntry, access: ProviderAccess): Promise<NamedPlan> {
  const { url, sha256 } = entry
  if (sha256 === undefined) throw await noHash(origin, entry, access)
  const file = join(access.cachePath, 'providers', sha256)
  const bytes = (await fromCache(file, sha256)) ?? (await fetchPinned(origin, url, sha256, file, access))
  return planFromText(wordFor(entry), bytes.toString('utf8').replace(/^\ufeff/, ''), shownUrl(url))
}

/** For messages: a query may hold what is nobody's business. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** A file that is not what its name says counts as none: caches are changed by disks and people. */
async function fromCache(file: string, sha256: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(file)
    return digestOf(bytes) === sha256 ? bytes : undefined
  } catch {
    // Not there, or not readable: then it is fetched.
    return undefined
  }
}

async function fetchPinned(origin: string, url: string, sha256: string, file: string, access: ProviderAccess): Promise<Buffer> {
  const { fetchPlan } = await import('./fetch-plan.ts')
  const bytes = await fetchPlan(origin, url, access)
  const digest = digestOf(bytes)
  if (digest !== sha256)
    throw hop3Error(
      'config.provider.hash',
      `${origin}: ${visible(url)} is not what was agreed: its SHA-256 is ${digest}, the list says ${sha256}.`,
      {
        hint: `Read what is there now. If it is meant, write "${url}#sha256=${digest}".`,
        details: { origin, expected: sha256, found: digest },
      },
    )
  await mkdir(join(access.cachePath, 'providers'), { recursive: true, mode: 0o700 })
  await writeFileAtomic(file, bytes, { mode: 0o600 })
  return bytes
}

async function noHash(origin: string, { text, url }: UrlEntry, access: ProviderAccess): Promise<Error> {
  const { fetchPlan } = await import('./fetch-plan.ts')
  const line = await fetchPlan(origin, url, access).then(
    (bytes) => `Read it, and write "${url}#sha256=${digestOf(bytes)}".`,
    (error: unknown) => {
      if (isHop3Error(error) && error.code === 'config.provider.url') throw error
      return `Write "${url}#sha256=…" with what \`curl -fsSL ${url} | sha256sum\` prints.`
    },
  )
  return hop3Error('config.provider.no-hash', `${origin}: ${visible(text)} does not say which content is meant.`, {
    hint: line,
    details: { origin },
  })
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
