/** One dependency as Python writes it (PEP 508), as far as planning needs it: its name, its extras, whether it is pinned. */

export interface Requirement {
  /** Normalized (PEP 503): `Flask_RESTX` is `flask-restx`. */
  readonly name: string
  readonly extras: readonly string[]
  /** The version, URL and marker part, as written. */
  readonly rest: string
}

/** Undefined for what is not a named requirement: a path, an option, a bare URL. */
export function parseRequirement(text: string): Requirement | undefined {
  const written = text.trim()
  const name = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/.exec(written)?.[0]
  if (name === undefined) return undefined
  const behind = written.slice(name.length)
  const list = behind.trimStart()
  const end = list.startsWith('[') ? list.indexOf(']') : -1
  const hasExtras = end !== -1 && isEnd(list.slice(end + 1))
  const rest = hasExtras ? list.slice(end + 1) : behind
  if (!isEnd(rest) || /[\n\r\u2028\u2029]/.test(rest.trim())) return undefined
  const extras = hasExtras ? list.slice(1, end).split(',').map(normalizedName).filter(Boolean) : []
  return { name: normalizedName(name), extras, rest: rest.trim() }
}

/** What may stand behind a name: nothing, a version, a marker, an address. */
function isEnd(rest: string): boolean {
  return rest === '' || /^[<>=!~;@(\s]/.test(rest)
}

export function normalizedName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[-_.]+/g, '-')
}

/** `==3.0.3`, `===x` or a direct URL: installing twice gives the same version. A wildcard (`==3.*`) does not. */
export function isPinned({ rest }: Requirement): boolean {
  const version = rest.split(';')[0] ?? ''
  return version.trimStart().startsWith('@') || (/={2,3}/.test(version) && !version.includes('*'))
}
