/** The whole file is about one question: what does an entry of a list of providers mean? */
import { posix } from 'node:path'
import { normalPath } from '@hop3/core'

export type ProviderEntry =
  | { readonly kind: 'file'; readonly text: string; readonly path: string }
  | { readonly kind: 'url'; readonly text: string; readonly url: string; readonly sha256: string | undefined }
  | { readonly kind: 'program'; readonly text: string; readonly program: string }
  /** A toolchain, a set of system packages, or an installed package. */
  | { readonly kind: 'name'; readonly text: string }

/** `text` is the entry in its one spelling, so that an entry written twice is seen to be one. */
export function parseProviderEntry(written: string): ProviderEntry {
  if (written.startsWith('exec:')) return { kind: 'program', text: written, program: written.slice('exec:'.length) }
  if (/^https?:\/\//i.test(written)) return urlEntry(written)
  if (/^\.{0,2}\//.test(written) || (/\.(?:toml|json)$/i.test(written) && !written.startsWith('@'))) {
    const path = normalPath(written)
    return { kind: 'file', text: path.startsWith('/') || path.startsWith('../') ? path : `./${path}`, path }
  }
  return { kind: 'name', text: written }
}

/** A word for the entry's phases (`zig:install`) and for messages. */
export function wordFor({ kind, text, ...entry }: ProviderEntry): string {
  if (kind === 'name') return phaseWord(text)
  const path = 'program' in entry ? entry.program : 'path' in entry ? entry.path : 'url' in entry ? withoutQuery(entry.url) : text
  return phaseWord(posix.basename(path).replace(/\.(?:toml|json)$/i, ''))
}

function urlEntry(written: string): ProviderEntry {
  const at = written.indexOf('#')
  const [url, fragment] = at === -1 ? [written, ''] : [written.slice(0, at), written.slice(at + 1)]
  const sha256 = /^sha256=([0-9a-f]{64})$/i.exec(fragment)?.[1]?.toLowerCase()
  return { kind: 'url', text: sha256 === undefined ? written : `${url}#sha256=${sha256}`, url, sha256 }
}

function withoutQuery(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/(?<!\/)\/+$/, '')
}

/** What `finishPlan` takes in the name of a phase. */
function phaseWord(text: string): string {
  const word = text
    .replace(/^@[^/]*\//, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
  return word === '' ? 'provider' : word
}
