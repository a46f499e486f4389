/** From the path of a URL to names of files that may be looked for. The only place that decodes. */

/** `unfit`: no such file may exist for anybody, or the text is not a path at all. */
export type SitePath =
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly directory: boolean }
  | { readonly kind: 'unfit'; readonly statusCode: 400 | 404 }

const plain = /^[A-Za-z0-9_~!$&'()*+,;=:@-]+(?:\.[A-Za-z0-9_~!$&'()*+,;=:@-]+)*$/
// eslint-disable-next-line no-control-regex -- control characters are what it refuses
const neverInNames = /[\u0000-\u001f\u007f\\/]/

/** `path` begins with `/` and has no query. Empty segments are dropped: `//a` is `/a`. */
export function parseSitePath(path: string): SitePath {
  const names: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '') continue
    if (plain.test(segment)) {
      names.push(segment)
      continue
    }
    const name = decode(segment)
    if (name === undefined) return { kind: 'unfit', statusCode: 400 }
    if (neverInNames.test(name) || Buffer.byteLength(name) > 255) return { kind: 'unfit', statusCode: 404 }
    names.push(name)
  }
  return isPublic(names) ? { kind: 'names', names, directory: path.endsWith('/') } : { kind: 'unfit', statusCode: 404 }
}

/** Names that begin with a dot are nobody's business (`.git`, `.env`, `..`), but `.well-known` at the top is (RFC 8615). */
export function isPublic(names: readonly string[]): boolean {
  return names.every((name, index) => !name.startsWith('.') || (index === 0 && name === '.well-known'))
}

/** The path back, fit for a `Location`: it begins with exactly one slash, so it cannot name another host. */
export function formatSitePath(names: readonly string[]): string {
  return `/${names.map(encodeURIComponent).join('/')}`
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
